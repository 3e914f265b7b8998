
namespace Router.Experts.Cards;

/// <summary>Whether a network answers as its card says.</summary>
public enum ProbeVerdict
{
    /// <summary>It does.</summary>
    Passed,

    /// <summary>It does not: wrong weights, input layer or σ.</summary>
    Failed,

    /// <summary>It could not be asked.</summary>
    Skipped,
}

/// <summary>What a probe found.</summary>
/// <param name="Id">The network.</param>
/// <param name="Probe">Which probe: "patterns" or "noisyAccuracy".</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Finding">What was measured against what, or why it was not.</param>
public sealed record ProbeResult(string Id, string Probe, ProbeVerdict Verdict, string Finding);
