
namespace Router.Estimator;

/// <summary>
/// Counts the noisy samples that were drawn for somebody, whatever came of them: of an answer, and of work that was
/// given up.
/// </summary>
public sealed class DrawnSamples
{
    private long _count;

    /// <summary>Samples so far, ≥ 0.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Whether somebody could not answer: what came of it is not what comes of asking again.</summary>
    public bool AnyFailed { get; internal set; }

    internal void Add(long samples) => Interlocked.Add(ref _count, samples);
}
