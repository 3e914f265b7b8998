using System.Runtime.CompilerServices;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Estimator;

/// <summary>
/// A certificate that grows: stopped by rules, a deadline or the caller, and continued later on the same streams at the
/// next indices. Its bounds hold at all looks together, so every certificate it gives is valid, whenever and why ever
/// it was the last. Several may grow it, a chunk of samples at a time, each up to what it wants: none draws what
/// another has drawn. It holds nothing of who asks.
/// </summary>
public sealed class GrowingCertificate
{
    private readonly RoutedClassifier _classifier;
    private readonly CertificationInProgress _certification;
    private readonly SamplingPlan _begun;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly AnswerSources _sources = new();

    internal GrowingCertificate(
        RoutedClassifier classifier, CertificationInProgress certification, SamplingPlan begun) =>
        (_classifier, _certification, _begun) = begun.IsAdaptive
            ? (classifier, certification, begun)
            : throw new ArgumentException(
                $"bounds of family {begun.Family.GetType().Name} at fixed counts may not be looked at before the end: "
                + $"accepted are {nameof(SamplingPlan)}.{nameof(SamplingPlan.Adaptive)} and "
                + $"{nameof(SamplingPlan)}.{nameof(SamplingPlan.Scheduled)}", nameof(begun));

    /// <summary>The certificate of all votes so far; null before the first.</summary>
    public Certificate? Current { get; private set; }

    /// <summary>Whether votes for it turned out to be wrong: it does not grow any more, and is not given.</summary>
    public bool IsWithdrawn => _sources.AreWrong;

    /// <summary>Draws the next chunk, or says why there is nothing more to draw.</summary>
    /// <param name="asked">Who votes this time: the same functions as it was begun with.</param>
    /// <param name="until">When there is enough this time. Another n needs the mixture's bounds.</param>
    /// <param name="isFirst">
    /// Whether a caller begins with it: experts that could not answer as peers may be asked again.
    /// </param>
    /// <param name="deadline">When to stop in any case; a draw that is under way then is given up.</param>
    /// <param name="cancellationToken">Stops the work; nothing that was drawn before is lost.</param>
    /// <exception cref="ArgumentException">
    /// Others would vote, or the plan selects on other samples or has other bounds.
    /// </exception>
    /// <exception cref="VoterUnavailableException">
    /// The router or the routed expert cannot answer; or votes for it turned out to be wrong, which its cause says
    /// (<see cref="WithdrawnVotesException"/>).
    /// </exception>
    public async Task<Growth> StepAsync(
        RoutedClassifier asked, SamplingPlan until, bool isFirst = false, Deadline? deadline = null,
        CancellationToken cancellationToken = default)
    {
        Growth step = await StepOnAsync(asked, until, isFirst, deadline, cancellationToken);
        CheckVotes();
        asked.Context.Claim.Sources?.Add(_sources);
        return step;
    }

    private void CheckVotes()
    {
        if (!IsWithdrawn) return;
        WithdrawnVotesException wrong = new();
        throw new VoterUnavailableException(_classifier.Routes[0].Voter.FunctionId, wrong.Message, wrong);
    }

    private async Task<Growth> StepOnAsync(
        RoutedClassifier asked, SamplingPlan until, bool isFirst, Deadline? deadline,
        CancellationToken cancellationToken)
    {
        if (!asked.Functions.SequenceEqual(_classifier.Functions))
            throw new ArgumentException(
                "a certificate goes on with the functions that it was begun with", nameof(asked));
        if (!until.Follows(_begun))
            throw new ArgumentException(
                $"a certificate goes on with its selection votes and its bounds: {_begun}, not {until}", nameof(until));
        if (deadline is null)
        {
            await _turn.WaitAsync(cancellationToken);
            return await DrawAsync(asked, until, isFirst, deadline, cancellationToken);
        }
        // Whoever draws now may be less urgent, so nobody waits beyond the deadline. Nor is a first look taken beyond
        // it.
        (bool inTime, Growth? first) = await deadline.TryAsync(
            async late =>
            {
                await _turn.WaitAsync(late);
                return Current is null ? await DrawAsync(asked, until, isFirst, deadline, late) : null;
            },
            cancellationToken);
        return !inTime ? new(Current, StopReason.Deadline)
            : first ?? await DrawAsync(asked, until, isFirst, deadline, cancellationToken);
    }

    /// <summary>Draws up to a caller's own rules, n and deadline.</summary>
    /// <param name="asked">Who votes.</param>
    /// <param name="until">When there is enough.</param>
    /// <param name="deadline">When to stop in any case.</param>
    /// <param name="drawn">Told after each chunk that was drawn here.</param>
    /// <param name="cancellationToken">Stops the work; certificates that came stay valid.</param>
    /// <returns>
    /// What is known already, if it has a radius; each certificate whose radius is above that of the one before; and at
    /// the end, in any case, the last one and why it is.
    /// </returns>
    /// <inheritdoc cref="StepAsync" path="/exception"/>
    public async IAsyncEnumerable<Growth> RunAsync(
        RoutedClassifier asked, SamplingPlan until, Deadline? deadline = null, Action? drawn = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        double told = 0;
        CheckVotes();
        if (Current is { Radius: > 0 } known)
        {
            told = known.Radius;
            yield return new(known, Stopped: null);
        }
        for (bool isFirst = true; ; isFirst = false)
        {
            Growth step = await StepAsync(asked, until, isFirst, deadline, cancellationToken);
            if (step.Stopped is null) drawn?.Invoke();
            if (step.Stopped is not null || step.Certificate!.Radius > told)
                yield return step;
            if (step.Stopped is not null)
                yield break;
            told = Math.Max(told, step.Certificate!.Radius);
        }
    }

    // Gives the turn back.
    private async Task<Growth> DrawAsync(
        RoutedClassifier asked, SamplingPlan until, bool isFirst, Deadline? deadline,
        CancellationToken cancellationToken)
    {
        try
        {
            if (isFirst) _certification.AskAllAgain();
            StopReason? stopped = await _certification.StepAsync(
                asked.RestingOn(_sources), until, deadline, cancellationToken);
            if (stopped is null)
                Current = _certification.Certificate();
            return new(Current, stopped);
        }
        finally
        {
            _turn.Release();
        }
    }
}

/// <summary>How far a certificate has grown.</summary>
/// <param name="Certificate">
/// The certificate of all votes so far; null where a deadline came before a first look.
/// </param>
/// <param name="Stopped">Why nothing more is drawn; null while there is more to come.</param>
public sealed record Growth(Certificate? Certificate, StopReason? Stopped);
