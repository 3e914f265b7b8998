using Router.Estimator;
using Router.Estimator.Failover;
using Router.Host.Serving.Answers;
using Router.Host.Serving.Requests;
using Router.Host.Serving.Tracing;
using Router.Smoothing;
using Router.Smoothing.Sampling;

namespace Router.Host.Serving;

internal sealed partial class ServedModel
{
    /// <summary>
    /// Starts the growing certificate of a request's one image once its turn has come. Nobody goes on where an expert fails: what was told before holds.
    /// </summary>
    /// <returns>The certificates, or null where too many wait already.</returns>
    /// <exception cref="OperationCanceledException">The caller is gone, or the drain time is over.</exception>
    public async Task<AnytimeStream?> BeginAnytimeAsync(InferRequest request, CancellationToken cancellationToken)
    {
        CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        IDisposable? turn = null;
        ImageSpan? span = null;
        try
        {
            RequestDeadline deadline = new(request.Parameters.Deadline, _clock, _hurry.Token);
            Claim claim = new() { Priority = request.Parameters.Priority, Deadline = deadline.Asked, Party = request };
            (bool inTime, turn) = await TakeTurnAsync(claim, deadline, either.Token);
            if (inTime && turn is null)
            {
                either.Dispose();
                return null;
            }
            request.TurnCame?.Invoke();
            FailoverClassifier asked = Asked(request.Parameters).Claiming(claim).Counting(request.Drawn);
            span = ImageSpan.Start(request, image: 0, asked);
            asked = span?.Through(asked) ?? asked;
            SeedSource seeds = request.Seed is { } seed ? SeedSource.FromCaller(seed) : _seeds;
            SamplingPlan sampling = SamplingPlan.Adaptive(request.Counts, request.Counts, request.Parameters.Stopping ?? new());
            AnytimeCertification certification = asked.Classifier.BeginAnytime(
                request.Images[0], new CertificationPlan(sampling, request.FailureProbability), seeds);
            Notary notary = _notary.For(asked.Classifier);
            return new(turn, either, span, certification, asked, deadline, certificate => ImageAnswer.Of(certificate, asked.Classifier, notary, seeds.Origin));
        }
        catch (Exception fault)
        {
            span?.Fail(fault);
            span?.Dispose();
            turn?.Dispose();
            either.Dispose();
            throw;
        }
    }
}
