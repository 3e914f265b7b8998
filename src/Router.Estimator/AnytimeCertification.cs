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
    private readonly RoutedClassifier _classifier;
    private readonly Certification _certification;
    private readonly SamplingPlan _sampling;

    internal AnytimeCertification(RoutedClassifier classifier, Certification certification, SamplingPlan sampling) => (_classifier, _certification, _sampling) = sampling.IsAdaptive
        ? (classifier, certification, sampling)
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

    /// <summary>Draws once, or says why there is nothing more to draw: for several who want the same certificate, each up to rules and an n of its own.</summary>
    /// <param name="asked">Who votes this time: the classifier that this was begun with, or the same by way of others.</param>
    /// <param name="sampling">When there is enough this time. Another n needs the mixture's bounds.</param>
    /// <param name="deadline">When to stop in any case; a draw that is under way then is given up.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Why there is nothing more to draw; null where something was drawn, and <see cref="Current"/> is new.</returns>
    /// <exception cref="ArgumentException">Others would vote, or the plan selects on other samples or has other bounds.</exception>
    public async Task<StopReason?> StepAsync(
        RoutedClassifier asked, SamplingPlan sampling, Deadline? deadline = null, CancellationToken cancellationToken = default)
    {
        if (!asked.Functions.SequenceEqual(_classifier.Functions))
            throw new ArgumentException("a certificate goes on with the functions that it was begun with", nameof(asked));
        if (!sampling.Follows(_sampling))
            throw new ArgumentException($"a certificate goes on with its selection votes and its bounds: {_sampling}, not {sampling}", nameof(sampling));
        Stopped = await _certification.StepAsync(asked, sampling, deadline, cancellationToken);
        if (Stopped is null)
            Current = _certification.Certificate();
        return Stopped;
    }

    /// <summary>Experts that could not answer when they were asked as peers may be asked again.</summary>
    public void AskAllAgain() => _certification.AskAllAgain();

    private async IAsyncEnumerable<Certificate> DrawAsync(
        SamplingPlan sampling, Deadline? deadline, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Stopped = null;
        AskAllAgain();
        Certificate? told = null;
        while (true)
        {
            double before = Current?.Radius ?? 0;
            if (await StepAsync(_classifier, sampling, deadline, cancellationToken) is not null)
                break;
            if (Current!.Radius > before)
                yield return told = Current;
        }
        if (!ReferenceEquals(told, Current) && Current is { } last)
            yield return last;
    }
}
