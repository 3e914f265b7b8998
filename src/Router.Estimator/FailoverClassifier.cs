using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Estimator;

/// <summary>
/// A classifier with what happens where its routed expert cannot answer. An adversary may be who made it fail, having
/// seen every vote so far: so the mix that goes on draws a range that nobody has seen, at a part of α that was kept for
/// it, and its certificate is about that mix alone. Whichever certificate is given in the end, it is false with
/// probability ≤ (α − reserved) + reserved (docs/certificates.md, section 3).
/// </summary>
public sealed class FailoverClassifier
{
    // Of all experts: a mix that goes on is a mix of these, whichever mix was asked. So the ids of a mix say which
    // function it is, and where a vote for somebody outside goes does not depend on who failed on the way.
    private readonly RoutedClassifier _whole;
    private readonly FailoverPolicy _policy;

    /// <param name="classifier">What is asked.</param>
    /// <param name="policy">What happens where an expert cannot answer.</param>
    public FailoverClassifier(RoutedClassifier classifier, FailoverPolicy policy)
        : this(classifier, classifier, policy)
    {
    }

    private FailoverClassifier(RoutedClassifier whole, RoutedClassifier classifier, FailoverPolicy policy) =>
        (_whole, Classifier, _policy) = (whole, classifier, policy);

    /// <summary>What is asked.</summary>
    public RoutedClassifier Classifier { get; }

    /// <summary>Whether others may answer where an expert cannot.</summary>
    public bool MayGoOn => Classifier.Routes.Length > 1 && _policy.Share > 0;

    /// <summary>The experts that go on where one cannot answer; null where none may.</summary>
    /// <param name="failed">Its id.</param>
    public ImmutableArray<string>? Remaining(string failed) =>
        _policy.Remaining([.. Classifier.Routes.Select(route => route.Id)], failed);

    /// <summary>The same for some of the experts: see <see cref="RoutedClassifier.Restrict"/>.</summary>
    public FailoverClassifier Restrict(IReadOnlyCollection<string> mix) => new(_whole, _whole.Restrict(mix), _policy);

    /// <summary>The same, asked for somebody: see <see cref="RoutedClassifier.For"/>.</summary>
    public FailoverClassifier For(CallContext context) =>
        new(_whole.For(context), Classifier.For(context), _policy);

    /// <summary>
    /// The most samples that a certificate of one input can draw: where an expert fails at the very end, those of the
    /// classifier that was asked and those of the largest mix that may go on.
    /// </summary>
    /// <param name="plan">n0 and n, the theorem, and how many peers may be asked.</param>
    public long MostSamples(CertificationPlan plan)
    {
        return Classifier.MostSamples(plan) + Classifier.Routes
            .Select(route => Remaining(route.Id)).OfType<ImmutableArray<string>>()
            .Select(remaining => _whole.Restrict(remaining).MostSamples(plan)).Append(0).Max();
    }

    /// <summary>
    /// A plan that keeps the policy's part of its α. A classifier of one expert has nobody to go on, and keeps nothing.
    /// </summary>
    public CertificationPlan Reserving(CertificationPlan plan) =>
        plan with { Reserved = Classifier.Routes.Length > 1 ? _policy.Share * plan.FailureProbability : 0 };

    /// <summary>
    /// Certifies one input, or says who could not answer. A second failure is refused: nothing is kept for a third mix.
    /// </summary>
    /// <inheritdoc cref="RoutedClassifier.CertifyAsync" path="/param"/>
    public async Task<CertificationAnswer> CertifyAsync(
        GridInput input, CertificationPlan plan, SeedSource seeds, CancellationToken cancellationToken = default)
    {
        CertificationPlan reserving = Reserving(plan);
        try
        {
            return new CertificationAnswer.Certified(
                await Classifier.CertifyAsync(input, reserving, seeds, cancellationToken), Classifier, Failed: null);
        }
        catch (VoterUnavailableException fault)
        {
            return await GoOnAsync(fault, input, reserving, seeds, cancellationToken);
        }
    }

    /// <summary>
    /// Certifies one input by those who go on where somebody could not answer, or says who could not.
    /// </summary>
    /// <param name="first">Who could not answer.</param>
    /// <param name="input">The input x.</param>
    /// <param name="reserving">The plan that it was asked by: <see cref="Reserving"/>.</param>
    /// <param name="seeds">Where the noise comes from.</param>
    /// <param name="cancellationToken">Stops the work; nothing is claimed then.</param>
    /// <param name="deadline">When to stop and say what is proved.</param>
    public async Task<CertificationAnswer> GoOnAsync(
        VoterUnavailableException first, GridInput input, CertificationPlan reserving, SeedSource seeds,
        CancellationToken cancellationToken = default, Deadline? deadline = null)
    {
        if (ExpertOf(first) is not { } failed || Remaining(failed) is not { } remaining)
            return Refusal(first);
        RoutedClassifier goesOn = _whole.Restrict(remaining);
        try
        {
            return new CertificationAnswer.Certified(
                await goesOn.CertifyAsync(input, reserving.OfFailover, seeds, cancellationToken, deadline),
                goesOn, failed);
        }
        catch (VoterUnavailableException second)
        {
            return Refusal(first, second);
        }
    }

    /// <summary>What is answered where nobody goes on.</summary>
    /// <param name="faults">Of the voters that could not answer, in the order they were asked.</param>
    public CertificationAnswer.Refused Refusal(params VoterUnavailableException[] faults)
    {
        ImmutableArray<string> ids =
            [.. faults.Select(fault => ExpertOf(fault) ?? Classifier.RouterId ?? "router")];
        return new(
            ids,
            string.Join("; ", faults.Zip(ids, (fault, id) => $"{id} cannot answer: {FirstLineOf(fault.Message)}")));
    }

    // What libtorch says goes on with where in its sources and on what stack: nothing for a caller.
    private static string FirstLineOf(string message) => message.Split('\n', 2)[0].TrimEnd();

    private string? ExpertOf(VoterUnavailableException fault) =>
        Classifier.Routes.FirstOrDefault(route => route.Voter.FunctionId == fault.Function)?.Id;
}

/// <summary>
/// What comes of asking for a certificate where experts may fail. Closed: the answers are the nested records.
/// </summary>
public abstract record CertificationAnswer
{
    private CertificationAnswer() { }

    /// <summary>A certificate of <paramref name="Classifier"/>, and of no other.</summary>
    /// <param name="Certificate">The certificate; it may abstain.</param>
    /// <param name="Classifier">
    /// What it is about: the classifier that was asked, or the one of the mix that went on.
    /// </param>
    /// <param name="Failed">The id of the expert that could not answer; null where none failed.</param>
    public sealed record Certified(
        Certificate Certificate, RoutedClassifier Classifier, string? Failed) : CertificationAnswer;

    /// <summary>No certificate: networks could not answer, and nobody may go on without them.</summary>
    /// <param name="Failed">The ids of those that could not, in the order they were asked.</param>
    /// <param name="Reason">What is to be said to the caller.</param>
    public sealed record Refused(ImmutableArray<string> Failed, string Reason) : CertificationAnswer;
}
