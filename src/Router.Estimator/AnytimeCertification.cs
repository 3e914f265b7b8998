using System.Runtime.CompilerServices;
using Router.Smoothing;
using Router.Smoothing.Sampling;

namespace Router.Estimator;

/// <summary>
/// A certificate that grows: stopped by its rules, a deadline or the caller, and continued later on the same streams at the next indices. Its
/// bounds hold at all looks together, so every certificate it gives is valid, whenever and why ever it was the last. Not for use by
/// several threads at once.
/// </summary>
public sealed class AnytimeCertification
{
    private readonly Certification _certification;
    private readonly SamplingPlan _sampling;

    internal AnytimeCertification(Certification certification, SamplingPlan sampling) => (_certification, _sampling) = sampling.IsAdaptive
        ? (certification, sampling)
        : throw new ArgumentException(
            $"bounds of family {sampling.Family.GetType().Name} at fixed counts may not be looked at before the end: accepted are "
            + $"{nameof(SamplingPlan)}.{nameof(SamplingPlan.Adaptive)} and {nameof(SamplingPlan)}.{nameof(SamplingPlan.Scheduled)}", nameof(sampling));

    /// <summary>The certificate of all votes so far; null before the first.</summary>
    public Certificate? Current { get; private set; }

    /// <summary>Why sampling stopped; null before it did, or where the caller broke off.</summary>
    public StopReason? Stopped { get; private set; }

    /// <summary>Draws until the plan's rules stop it.</summary>
    /// <param name="deadline">When to stop in any case; a draw that is under way then is given up. A first look at the votes is always taken.</param>
    /// <param name="cancellationToken">Stops the work; certificates that came stay valid.</param>
    /// <returns>Certificates whose radius grows; the last one comes in any case.</returns>
    public IAsyncEnumerable<Certificate> RunAsync(Deadline? deadline = null, CancellationToken cancellationToken = default) =>
        DrawAsync(_sampling, deadline, cancellationToken);

    /// <summary>Goes on under other stopping rules: a higher target, a finer resolution. No stage draws more than the plan's n.</summary>
    /// <param name="stopping">When there is enough now.</param>
    /// <param name="deadline">When to stop in any case.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Certificates whose radius grows beyond what was proved; the last one comes in any case.</returns>
    public IAsyncEnumerable<Certificate> TopUpAsync(
        StoppingRules stopping, Deadline? deadline = null, CancellationToken cancellationToken = default) =>
        DrawAsync(_sampling.Until(stopping), deadline, cancellationToken);

    private async IAsyncEnumerable<Certificate> DrawAsync(
        SamplingPlan sampling, Deadline? deadline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stopped = null;
        Certificate? told = null;
        while ((Stopped = await _certification.StepAsync(sampling, deadline, cancellationToken)) is null)
        {
            double before = Current?.Radius ?? 0;
            Current = _certification.Certificate();
            if (Current.Radius > before)
                yield return told = Current;
        }
        if (!ReferenceEquals(told, Current) && Current is { } last)
            yield return last;
    }
}
