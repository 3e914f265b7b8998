using System.Collections.Immutable;
using Router.Smoothing;

namespace Router.Estimator;

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
