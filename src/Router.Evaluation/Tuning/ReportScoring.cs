using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs.Scoring;

namespace Router.Evaluation.Tuning;

/// <summary>
/// Figures of systems on images that nothing was chosen on. The envelope is of these images too, so that its chance is
/// in every interval of a share.
/// </summary>
internal sealed class ReportScoring
{
    private readonly ImmutableArray<int> _labels;
    private readonly double[] _radii;
    private readonly bool[][][] _envelope;
    private readonly PairedBootstrap _bootstrap;
    private readonly Shares _accuracy;
    private readonly int[] _once;

    /// <param name="labels">The true class of each image.</param>
    /// <param name="radii">The grid.</param>
    /// <param name="envelope">Answers of the experts whose best at each radius shares are of.</param>
    /// <param name="alpha">α of each certificate.</param>
    /// <param name="seed">What the bootstrap draws follows from it.</param>
    public ReportScoring(
        ImmutableArray<int> labels, double[] radii, IEnumerable<Answer[]> envelope, double alpha, ulong seed)
    {
        (_labels, _radii) = (labels, radii);
        _envelope = [.. envelope.Select(HeldBy)];
        (_bootstrap, _accuracy) = (new(labels.Length, seed), new(labels.Length, alpha));
        _once = [.. labels.Select(_ => 1)];
    }

    /// <summary>Certified accuracy of the best single expert at each radius.</summary>
    public ImmutableArray<double> Envelope =>
        [.. EnvelopeOf(_once).Select(held => held / _labels.Length)];

    /// <summary>The figures of a system.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="role">What it is.</param>
    /// <param name="answers">Its answers.</param>
    public ReportedSystem FiguresOf(string name, string role, Answer[] answers)
    {
        bool[][] held = HeldBy(answers);
        double[] counts = CountsOf(held, _once), envelope = EnvelopeOf(_once);
        return new(
            name, role, [.. _radii.Select((radius, r) => _accuracy.Of(radius, (int)counts[r]))],
            SharesOf(counts, envelope),
            IntervalOf(times => TuningAim.Shares(CountsOf(held, times), EnvelopeOf(times)).Least),
            IntervalOf(times => TuningAim.Shares(CountsOf(held, times), EnvelopeOf(times)).Mean),
            Cost.Mean([.. answers.Select(answer => answer.Cost)]).Samples);
    }

    /// <summary>The paired differences of two systems.</summary>
    /// <param name="name">The name of the other one.</param>
    /// <param name="chosen">Answers of the one.</param>
    /// <param name="other">Answers of the other one.</param>
    public ReportedDifference Difference(string name, Answer[] chosen, Answer[] other)
    {
        (bool[][] one, bool[][] two) = (HeldBy(chosen), HeldBy(other));
        return new(
            name,
            [.. _radii.Select((_, r) => IntervalOf(times =>
                (double)(Count(one[r], times) - Count(two[r], times)) / _labels.Length))],
            IntervalOf(times => Shares(one, times).Least - Shares(two, times).Least),
            IntervalOf(times => Shares(one, times).Mean - Shares(two, times).Mean));

        (double Least, double Mean) Shares(bool[][] held, int[] times) =>
            TuningAim.Shares(CountsOf(held, times), EnvelopeOf(times));
    }

    /// <summary>Shares of the envelope; null where that keeps nothing.</summary>
    /// <param name="held">Images kept at each radius.</param>
    /// <param name="envelope">Images that the best expert keeps.</param>
    public static ImmutableArray<double?> SharesOf(ReadOnlySpan<double> held, ReadOnlySpan<double> envelope)
    {
        double?[] shares = new double?[held.Length];
        for (int r = 0; r < held.Length; r++)
            if (envelope[r] > 0) shares[r] = held[r] / envelope[r];
        return [.. shares];
    }

    private Interval IntervalOf(Func<int[], double> figure)
    {
        (double low, double high) = _bootstrap.Of(figure);
        return new(figure(_once), low, high);
    }

    // By radius and image.
    private bool[][] HeldBy(Answer[] answers) => [.. _radii.Select(radius => answers.Zip(_labels, (answer, label) =>
        answer.Class == label && answer.Radius >= radius).ToArray())];

    private double[] EnvelopeOf(int[] times) =>
        [.. _radii.Select((_, r) => (double)_envelope.Max(expert => Count(expert[r], times)))];

    private static double[] CountsOf(bool[][] held, int[] times) =>
        [.. held.Select(images => (double)Count(images, times))];

    private static int Count(bool[] images, int[] times)
    {
        int count = 0;
        for (int i = 0; i < images.Length; i++)
            if (images[i]) count += times[i];
        return count;
    }
}
