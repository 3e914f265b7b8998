using System.Collections.Immutable;

namespace Router.Evaluation.Tuning;

/// <summary>
/// A cascade that is varied one stage at a time, and how many images it keeps at each radius
/// (docs/certificates.md, section 5): A_i and S_i of the other stages are known. Thousands of variations are scored in
/// a second.
/// </summary>
internal sealed class CascadeTrial
{
    private readonly TuningVotes _votes;
    private readonly int[] _images;
    private readonly RadiusGrid _radii;
    private readonly double[][] _thresholds;
    private readonly double[][] _answers, _silences;

    // R of the stages behind the one that is varied.
    private readonly double[] _rest;

    // Of the class that is varied: S of all classes but it.
    private readonly double[] _others;

    /// <param name="votes">The votes.</param>
    /// <param name="images">The images that count, by their place.</param>
    /// <param name="radii">How images count.</param>
    /// <param name="start">Where variation begins.</param>
    public CascadeTrial(TuningVotes votes, int[] images, RadiusGrid radii, TunedCascade start)
    {
        (_votes, _images, _radii, Current) = (votes, images, radii, start);
        _thresholds = [.. start.Networks.Select(network =>
            TuningVotes.ThresholdMargins((double)votes.Networks[network].Sigma))];
        _answers = [.. start.Networks.Select(_ => new double[images.Length])];
        _silences = [.. start.Networks.Select(_ => new double[images.Length])];
        (_rest, _others) = (new double[images.Length], new double[images.Length]);
        for (int stage = 0; stage < start.StageCount; stage++)
            Fill(stage);
    }

    /// <summary>The cascade as it is.</summary>
    public TunedCascade Current { get; private set; }

    /// <summary>R of each image; not above 0 where nothing is proved.</summary>
    public double[] Radii()
    {
        Focus(-1);
        return [.. _rest];
    }

    /// <summary>How many images the cascade keeps at each radius.</summary>
    public void Held(Span<double> held)
    {
        Focus(-1);
        held.Clear();
        foreach (double radius in _rest)
            _radii.Count(radius, held);
    }

    /// <summary>Prepares to vary a stage.</summary>
    public void Focus(int stage)
    {
        int last = Current.StageCount - 1;
        if (stage == last) return;
        _answers[last].CopyTo(_rest, 0);
        for (int i = last - 1; i > stage; i--)
            for (int k = 0; k < _rest.Length; k++)
                _rest[k] = Math.Max(_answers[i][k], Math.Min(_silences[i][k], _rest[k]));
    }

    /// <summary>Prepares to vary τ of one class of a stage that has one by class.</summary>
    public void Focus(int stage, int label)
    {
        Focus(stage);
        (StageMargins margins, double[] tau) = (MarginsOf(stage, Current.Pass[stage]), _thresholds[stage]);
        ImmutableArray<int> thresholds = Current.Thresholds[stage];
        for (int k = 0; k < _images.Length; k++)
        {
            double others = double.PositiveInfinity;
            for (int other = 0; other < thresholds.Length; other++)
                if (other != label)
                    others = Math.Min(others, tau[thresholds[other]] - UpperOf(margins, k, other));
            _others[k] = others;
        }
    }

    /// <summary>How many images are kept with another θ and τ at the stage in focus.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="pass">θ in steps.</param>
    /// <param name="threshold">τ in steps, of all classes.</param>
    /// <param name="held">By radius.</param>
    public void Held(int stage, int pass, int threshold, Span<double> held)
    {
        StageMargins margins = MarginsOf(stage, pass);
        double tau = _thresholds[stage][threshold];
        held.Clear();
        for (int k = 0; k < _images.Length; k++)
        {
            int image = _images[k];
            _radii.Count(RadiusOf(k, stage, margins.Lower[image] - tau, tau - margins.Highest[image]), held);
        }
    }

    /// <summary>How many images are kept with another τ of one class at the stage in focus.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="label">The class.</param>
    /// <param name="threshold">τ in steps.</param>
    /// <param name="held">By radius.</param>
    public void HeldByClass(int stage, int label, int threshold, Span<double> held)
    {
        StageMargins margins = MarginsOf(stage, Current.Pass[stage]);
        double[] tau = _thresholds[stage];
        ImmutableArray<int> thresholds = Current.Thresholds[stage];
        held.Clear();
        for (int k = 0; k < _images.Length; k++)
        {
            int own = _votes.Labels[_images[k]];
            double answer = margins.Lower[_images[k]] - tau[own == label ? threshold : thresholds[own]];
            double silence = own == label
                ? _others[k]
                : Math.Min(_others[k], tau[threshold] - UpperOf(margins, k, label));
            _radii.Count(RadiusOf(k, stage, answer, silence), held);
        }
    }

    /// <summary>Goes on with another θ and τ at a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="pass">θ in steps.</param>
    /// <param name="thresholds">τ in steps, one for all classes or one by class.</param>
    public void Take(int stage, int pass, ImmutableArray<int> thresholds)
    {
        Current = Current with
        {
            Pass = Current.Pass.SetItem(stage, pass),
            Thresholds = Current.Thresholds.SetItem(stage, thresholds),
        };
        Fill(stage);
    }

    private void Fill(int stage)
    {
        (StageMargins margins, double[] tau) = (MarginsOf(stage, Current.Pass[stage]), _thresholds[stage]);
        ImmutableArray<int> thresholds = Current.Thresholds[stage];
        for (int k = 0; k < _images.Length; k++)
        {
            int image = _images[k], own = thresholds.Length == 1 ? 0 : _votes.Labels[image];
            double silence = thresholds.Length == 1 ? tau[thresholds[0]] - margins.Highest[image]
                : double.PositiveInfinity;
            for (int other = 0; thresholds.Length > 1 && other < thresholds.Length; other++)
                silence = Math.Min(silence, tau[thresholds[other]] - UpperOf(margins, k, other));
            _silences[stage][k] = silence;
            _answers[stage][k] = AnswerOf(stage, margins.Lower[image] - tau[thresholds[own]], silence);
        }
    }

    private double RadiusOf(int k, int stage, double answer, double silence)
    {
        double radius = AnswerOf(stage, answer, silence);
        if (stage < Current.StageCount - 1) radius = Math.Max(radius, Math.Min(silence, _rest[k]));
        for (int i = stage - 1; i >= 0; i--)
            radius = Math.Max(_answers[i][k], Math.Min(_silences[i][k], radius));
        return radius;
    }

    // Within it the class stays above its threshold, but for the last stage, and ahead of every other.
    private double AnswerOf(int stage, double answer, double silence) =>
        stage < Current.StageCount - 1 ? Math.Min(answer, (answer + silence) / 2) : (answer + silence) / 2;

    private double UpperOf(StageMargins margins, int k, int label) =>
        margins.Upper[_images[k] * _votes.Classes + label];

    private StageMargins MarginsOf(int stage, int pass) =>
        _votes.Margins(Current.StageCount, Current.Networks[stage], pass);
}
