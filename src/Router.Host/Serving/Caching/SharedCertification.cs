using Router.Estimator;
using Router.Smoothing;
using Router.Smoothing.Sampling;

namespace Router.Host.Serving.Caching;

/// <summary>
/// A certificate that several requests grow, one chunk of samples at a time, each up to what it wants: none draws what another has drawn. It holds
/// nothing of who asks.
/// </summary>
/// <param name="certification">What grows.</param>
internal sealed class SharedCertification(AnytimeCertification certification)
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>The certificate of all votes so far; null before the first.</summary>
    public Certificate? Current => certification.Current;

    /// <summary>Draws the next chunk, or says why there is nothing more to draw.</summary>
    /// <param name="asked">Who votes this time.</param>
    /// <param name="until">When there is enough this time.</param>
    /// <param name="isFirst">Whether the request begins with it: who could not answer before may be asked again.</param>
    /// <param name="deadline">When to stop in any case.</param>
    /// <param name="cancellationToken">Stops the work; nothing that was drawn before is lost.</param>
    /// <returns>
    /// The certificate of all votes so far, null where the deadline came before a first look at them; and why it is enough, null where it is not.
    /// </returns>
    public async Task<(Certificate? Certificate, StopReason? Stopped)> StepAsync(
        RoutedClassifier asked, SamplingPlan until, bool isFirst, RequestDeadline deadline, CancellationToken cancellationToken)
    {
        // Whoever draws now may be less urgent, so nobody waits beyond the deadline. Nor is a first look taken beyond it.
        (bool inTime, (Certificate?, StopReason?)? first) = await deadline.TryAsync<(Certificate?, StopReason?)?>(
            async late =>
            {
                await _turn.WaitAsync(late);
                return Current is null ? await DrawAsync(asked, until, isFirst, deadline, late) : null;
            },
            cancellationToken);
        return inTime ? first ?? await DrawAsync(asked, until, isFirst, deadline, cancellationToken) : (Current, StopReason.Deadline);
    }

    // Gives the turn back.
    private async Task<(Certificate?, StopReason?)> DrawAsync(
        RoutedClassifier asked, SamplingPlan until, bool isFirst, RequestDeadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            if (isFirst) certification.AskAllAgain();
            StopReason? stopped = await certification.StepAsync(asked, until, deadline.At, cancellationToken);
            return (certification.Current, stopped);
        }
        finally
        {
            _turn.Release();
        }
    }
}
