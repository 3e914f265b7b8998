using System.Collections.Immutable;
using System.Globalization;

namespace Router.Votes;

/// <summary>
/// θ: a network votes only where its confidence, the largest softmax share of its logits, is at least θ; otherwise it
/// passes, ⊥, which is decided but counts for no outcome (docs/certificates.md, section 4, "Votes with a pass"). The
/// default is θ = 0: every vote counts.
/// </summary>
public readonly record struct PassThreshold
{
    /// <summary>Confidences are kept as the largest k with k/Steps ≤ confidence; θ is a multiple of 1/Steps.</summary>
    public const int Steps = 200;

    /// <summary>What θ may be, in words.</summary>
    public const string Accepted = "a multiple of 0.005 from 0 to 0.995, such as 0.35";

    private PassThreshold(byte step) => Step = step;

    /// <summary>θ in steps: a vote counts where its step is this or more.</summary>
    public byte Step { get; }

    /// <summary>θ, in [0, 1).</summary>
    public decimal Theta => (decimal)Step / Steps;

    /// <summary>The threshold at θ.</summary>
    /// <exception cref="ArgumentException">See <see cref="Objection"/>.</exception>
    public static PassThreshold At(decimal theta) =>
        Objection(theta) is { } objection ? throw new ArgumentException(objection, nameof(theta))
            : new((byte)(theta * Steps));

    /// <summary>What is wrong with a θ; null where nothing is.</summary>
    public static string? Objection(decimal theta) =>
        theta is < 0 or >= 1 || theta * Steps % 1 != 0
            ? string.Create(CultureInfo.InvariantCulture, $"a threshold of {theta}: accepted is {Accepted}")
            : null;

    /// <summary>The largest k with k/<see cref="Steps"/> ≤ confidence, compared as doubles.</summary>
    /// <param name="confidence">In [0, 1].</param>
    public static byte StepOf(double confidence)
    {
        int step = Math.Clamp((int)(confidence * Steps), 0, Steps);
        while (step < Steps && (step + 1) / (double)Steps <= confidence) step++;
        while (step > 0 && step / (double)Steps > confidence) step--;
        return (byte)step;
    }

    /// <summary>
    /// The network with this threshold: another function than without, derived from its id and θ; at θ = 0 itself.
    /// </summary>
    /// <param name="network">The network without a threshold.</param>
    public FunctionId Of(FunctionId network) =>
        Step == 0 ? network : FunctionId.Of([new("network", network.Value), new("pass", ToString())]);

    /// <summary>The votes of a network on a range, counted under this threshold.</summary>
    /// <param name="votes">A vote per sample of the range.</param>
    /// <param name="outcomes">How many outcomes it votes over.</param>
    /// <param name="range">The samples.</param>
    /// <param name="network">The network without a threshold.</param>
    /// <exception cref="ArgumentException">There are more or fewer votes than samples.</exception>
    public VoteCounts Count(IEnumerable<SampleVote> votes, int outcomes, SampleRange range, FunctionId network)
    {
        long[] counts = new long[outcomes];
        long undecided = 0, passed = 0;
        foreach (SampleVote vote in votes)
            if (vote.Outcome == SampleVote.Undecided) undecided++;
            else if (vote.Step < Step) passed++;
            else counts[vote.Outcome]++;
        return new(ImmutableArray.Create(counts), undecided, range, Of(network), passed);
    }

    /// <summary>θ as it is written, such as 0.35.</summary>
    public override string ToString() => Theta.ToString("0.###", CultureInfo.InvariantCulture);
}
