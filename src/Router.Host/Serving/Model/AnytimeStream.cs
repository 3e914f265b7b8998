using System.Runtime.CompilerServices;
using Router.Estimator;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Host.Serving.Model;

/// <summary>Certificates of one image as they grow; holds a turn until it is disposed of.</summary>
/// <param name="turn">The turn; null where the deadline passed before it came.</param>
/// <param name="stop">Gives up the sampling.</param>
/// <param name="span">Its trace; null where there is none.</param>
/// <param name="growing">What grows.</param>
/// <param name="asked">Whose certificate.</param>
/// <param name="until">When there is enough.</param>
/// <param name="deadline">When to stop in any case.</param>
/// <param name="answer">A certificate as an answer.</param>
/// <param name="told">Told at the end whether anything was drawn for it.</param>
internal sealed class AnytimeStream(
    IDisposable? turn, CancellationTokenSource stop, ImageSpan? span, GrowingCertificate growing,
    FailoverClassifier asked,
    SamplingPlan until, RequestDeadline deadline, Func<Certificate, ImageAnswer> answer, Action<bool> told)
        : IDisposable
{
    private bool _isGrown;

    /// <summary>Whether it was too late before anything could be drawn.</summary>
    public bool IsLate => turn is null;

    /// <summary>What is answered then.</summary>
    public ImageAnswer Late => ImageAnswer.Late(deadline, "its turn came");

    /// <summary>
    /// Each valid by itself, its radius above that of the one before; the last one comes in any case, and says why it
    /// is the last. One refusal where it was too late for any.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller is gone, or the drain time is over.</exception>
    /// <exception cref="VoterUnavailableException">An expert cannot answer any more.</exception>
    public async IAsyncEnumerable<ImageAnswer> AnswersAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration giveUp = cancellationToken.UnsafeRegister(
            state => ((CancellationTokenSource)state!).Cancel(), stop);
        await foreach ((Certificate? certificate, StopReason? stopped) in growing.RunAsync(
            asked.Classifier, until, deadline.At, () => _isGrown = true, stop.Token))
        {
            if (certificate is null)
            {
                yield return ImageAnswer.Late(deadline, "anything could be said");
                yield break;
            }
            ImageAnswer now = answer(certificate) with { Stopped = stopped };
            if (stopped is not null) span?.Tell(now);
            yield return now;
        }
    }

    /// <summary>Who could not answer.</summary>
    public string ReasonOf(VoterUnavailableException fault) => asked.Refusal(fault).Reason;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsLate) told(_isGrown);
        span?.Dispose();
        turn?.Dispose();
        stop.Dispose();
    }
}
