using Router.Estimator;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Host.Serving.Model;

internal sealed partial class ServedModel
{
    /// <summary>When a request has to be answered: so long from now, or when the drain time is over.</summary>
    /// <param name="after">How long the caller waits; null for as long as it takes.</param>
    public RequestDeadline DeadlineIn(TimeSpan? after) => new(after, _clock, _shutdown.Token);

    /// <summary>
    /// Starts the growing certificate of a request's one image once its turn has come. Nobody goes on where an expert
    /// fails: what was told before holds.
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
            RequestDeadline deadline = DeadlineIn(request.Parameters.Deadline);
            Claim claim = ClaimOf(request, deadline);
            (bool inTime, turn) = await TakeTurnAsync(request.Party, claim, deadline, either.Token);
            if (inTime && turn is null)
            {
                either.Dispose();
                return null;
            }
            request.TurnCame?.Invoke();
            FailoverClassifier asked = Asked(request.Parameters).For(new() { Claim = claim, Drawn = request.Drawn });
            span = ImageSpan.Start(request, image: 0, asked);
            asked = span?.Through(asked) ?? asked;
            SeedSource seeds = SeedsOf(request);
            CertificationPlan plan = new(UntilEnough(request), request.FailureProbability);
            (GrowingCertificate growing, Action<bool> told) = Find(request.Images[0], request, plan, seeds);
            RecordSigner recordSigner = _recordSigner.For(asked.Classifier);
            return new(
                turn, either, span, growing, asked, plan.Sampling, deadline,
                certificate => ImageAnswer.Of(certificate, asked.Classifier, recordSigner, seeds.Origin), told);
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

    // Bounds that hold at every look can say at the deadline what they prove; a prediction is there in time or not at
    // all.
    private static bool IsGrown(InferRequest request) =>
        request.Mode == InferMode.Certify
            && (request.Parameters.Deadline is not null || request.Parameters.Stopping is not null);

    private static SamplingPlan UntilEnough(InferRequest request) =>
        SamplingPlan.Adaptive(request.Counts, request.Counts, request.Parameters.Stopping ?? new());

    private SeedSource SeedsOf(InferRequest request) => request.Seed is { } seed ? SeedSource.FromCaller(seed) : _seeds;

    private async Task<ImageAnswer> GrowAsync(
        FailoverClassifier asked, GridInput image, InferRequest request, SeedSource seeds, RequestDeadline deadline,
        CancellationToken cancellationToken)
    {
        CertificationPlan plan = asked.Reserving(new(UntilEnough(request), request.FailureProbability));
        // Where votes turned out to be wrong it is begun anew.
        while (true)
            if (await TryGrowAsync(asked, image, request, plan, seeds, deadline, cancellationToken) is { } answer)
                return answer;
    }

    private async Task<ImageAnswer?> TryGrowAsync(
        FailoverClassifier asked, GridInput image, InferRequest request, CertificationPlan plan, SeedSource seeds,
        RequestDeadline deadline, CancellationToken cancellationToken)
    {
        (GrowingCertificate growing, Action<bool> told) = Find(image, request, plan, seeds);
        bool isGrown = false;
        try
        {
            (Certificate? certificate, StopReason? stopped) = await growing.RunAsync(
                asked.Classifier, plan.Sampling, deadline.At, () => isGrown = true, cancellationToken)
                .LastAsync(cancellationToken);
            if (certificate is null)
                return ImageAnswer.Late(deadline, "anything could be said");
            RecordSigner recordSigner = _recordSigner.For(asked.Classifier);
            return ImageAnswer.Of(certificate, asked.Classifier, recordSigner, seeds.Origin) with { Stopped = stopped };
        }
        catch (VoterUnavailableException) when (growing.IsWithdrawn)
        {
            return null;
        }
        catch (VoterUnavailableException fault)
        {
            return AnswerOf(await asked.GoOnAsync(
                fault, image, plan, seeds, cancellationToken, deadline.At), seeds);
        }
        finally
        {
            told(isGrown);
        }
    }

    // What is kept is begun with the plain classifier: a request's claim goes with what it draws, and no further.
    private (GrowingCertificate Growing, Action<bool> Told) Find(
        GridInput image, InferRequest request, CertificationPlan plan, SeedSource seeds)
    {
        RoutedClassifier plain = Asked(request.Parameters).Classifier;
        GrowingCertificate Begin() => plain.BeginAnytime(image, plan, seeds);
        if (Cache is not { } cache || request.Seed is not null)
            return (Begin(), _ => { });
        GrowingCertificate growing = cache.Find(CertificationKey.Of(plain, image, plan), Begin, out bool isKept);
        return (growing, isGrown => cache.Count(isKept, isGrown));
    }
}
