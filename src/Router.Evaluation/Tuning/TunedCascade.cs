using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing;
using Router.Votes;

namespace Router.Evaluation.Tuning;

/// <summary>
/// A cascade that a search tries: who is asked in which order, and from when on a vote and a class count.
/// </summary>
/// <param name="Networks">Its stages by the place of their network.</param>
/// <param name="Pass">θ of each stage, in steps of <see cref="PassThreshold.Steps"/>.</param>
/// <param name="Thresholds">
/// τ of each stage in steps of 1/<see cref="ThresholdSteps"/>, from 1 on: one for all classes, or one by class. The
/// last stage has ½: it answers in any case.
/// </param>
internal sealed record TunedCascade(
    ImmutableArray<int> Networks, ImmutableArray<int> Pass, ImmutableArray<ImmutableArray<int>> Thresholds)
{
    /// <summary>τ is a multiple of 1/ThresholdSteps.</summary>
    public const int ThresholdSteps = 200;

    /// <summary>τ = ½.</summary>
    public const int Half = ThresholdSteps / 2;

    /// <summary>How many stages it has.</summary>
    public int StageCount => Networks.Length;

    /// <summary>Every vote counts, and half of them are enough.</summary>
    /// <param name="networks">Its stages.</param>
    public static TunedCascade Plain(ImmutableArray<int> networks) =>
        new(networks, [.. networks.Select(_ => 0)], [.. networks.Select(_ => ImmutableArray.Create(Half))]);

    /// <summary>θ of a stage.</summary>
    public decimal ThetaOf(int stage) => (decimal)Pass[stage] / PassThreshold.Steps;

    /// <summary>τ of a stage: one for all classes, or one by class.</summary>
    public ImmutableArray<decimal> ThresholdsOf(int stage) =>
        [.. Thresholds[stage].Select(step => (decimal)step / ThresholdSteps)];

    /// <summary>The rule, as certificates have it.</summary>
    public Cascade ToCascade() =>
        new([.. Enumerable.Range(0, StageCount - 1).Select(stage => new Thresholds(ThresholdsOf(stage)))]);

    /// <summary>As text, "s100 θ .35 τ .5 > s050 τ .45 > s012".</summary>
    /// <param name="ids">The ids of the networks.</param>
    public string Text(IReadOnlyList<string> ids) =>
        string.Join(" > ", Enumerable.Range(0, StageCount).Select(stage => StageText(ids[Networks[stage]], stage)));

    private string StageText(string id, int stage)
    {
        string theta = Pass[stage] > 0 ? $" θ {Number(ThetaOf(stage))}" : "";
        return stage == StageCount - 1 ? id + theta
            : $"{id}{theta} τ {string.Join('/', ThresholdsOf(stage).Select(Number))}";
    }

    private static string Number(decimal value) =>
        value.ToString("0.###", CultureInfo.InvariantCulture).TrimStart('0');

    /// <inheritdoc/>
    public bool Equals(TunedCascade? other) => other is not null && Networks.SequenceEqual(other.Networks)
        && Pass.SequenceEqual(other.Pass) && Thresholds.Length == other.Thresholds.Length
        && Thresholds.Zip(other.Thresholds).All(stage => stage.First.SequenceEqual(stage.Second));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = new();
        foreach (int part in Networks.Concat(Pass).Concat(Thresholds.SelectMany(stage => stage)))
            hash.Add(part);
        return hash.ToHashCode();
    }
}
