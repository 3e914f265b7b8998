using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>What is answered for one image. It may be kept for others, so it holds nothing of who asked.</summary>
/// <param name="Class">The class, or null to abstain.</param>
/// <param name="Route">The expert that answered, or null where the router abstained.</param>
internal sealed record ImageAnswer(int? Class, AnsweringExpert? Route)
{
    /// <summary>The certified ℓ2 radius in [0,1] pixels; 0 proves nothing.</summary>
    public double Radius { get; init; }

    /// <summary>Within it the route is constant; +∞ where there is one expert and no router.</summary>
    public double RouteRadius { get; init; }

    /// <summary>Within it the routed expert's class is constant.</summary>
    public double ExpertRadius { get; init; }

    /// <summary>The experts of the classifier that this is about.</summary>
    public ImmutableArray<string> Mix { get; init; } = [];

    /// <summary>The router's votes, where it alone was asked.</summary>
    public VoteCounts? RouteVotes { get; init; }

    /// <summary>The whole certificate; null in a prediction.</summary>
    public Certificate? Certificate { get; init; }

    /// <summary>
    /// Why no more samples were drawn for it; null where their number was fixed, and where more may come.
    /// </summary>
    public StopReason? Stopped { get; init; }

    /// <summary>Why there is no answer; null where there is one.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whether that is the deadline which the caller named.</summary>
    public bool IsLate { get; private init; }

    public static ImageAnswer Refused(string reason) => new(null, null) { Refusal = reason };

    /// <summary>One that did not come in time.</summary>
    /// <param name="deadline">The time.</param>
    /// <param name="before">What it passed before.</param>
    public static ImageAnswer Late(RequestDeadline deadline, string before) =>
        new(null, null) { Refusal = $"{deadline.WhyLate} before {before}", IsLate = deadline.IsCallers };

    /// <summary>Writes the certificate's record, as JSON without line ends; null in a prediction.</summary>
    public Func<string>? Record { get; init; }

    public static ImageAnswer Of(
        Certificate certificate, RoutedClassifier classifier, RecordSigner recordSigner, SeedOrigin origin) => new(
        certificate.Class,
        AnsweringExpert.Of(classifier.Routes.FirstOrDefault(route => route.Id == certificate.Expert?.Id)))
    {
        Radius = certificate.Radius,
        RouteRadius = certificate.RouteRadius,
        ExpertRadius = certificate.Expert?.Radius ?? 0,
        Mix = [.. classifier.Routes.Select(route => route.Id)],
        Certificate = certificate,
        Record = () => RecordJson.WriteLine(recordSigner.Record(certificate, origin)),
    };

    public static ImageAnswer Of(RoutedPrediction prediction, RoutedClassifier classifier) =>
        new(prediction.Class, prediction.Route.Route is { } chosen ? AnsweringExpert.Of(classifier.Routes[chosen])
            : null) { Mix = [.. classifier.Routes.Select(route => route.Id)] };

    public static ImageAnswer Of(RoutePrediction prediction, RoutedClassifier classifier) =>
        new(Class: null, prediction.Route is { } chosen ? AnsweringExpert.Of(classifier.Routes[chosen])
            : null) { RouteVotes = prediction.Votes, Mix = [.. classifier.Routes.Select(route => route.Id)] };
}

/// <summary>An expert that answered.</summary>
/// <param name="Id">Its id in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
internal sealed record AnsweringExpert(string Id, decimal Sigma)
{
    /// <summary>The expert of a route; null for none.</summary>
    [return: NotNullIfNotNull(nameof(route))]
    public static AnsweringExpert? Of(Estimator.Route? route) =>
        route is null ? null : new(route.Id, route.Voter.Sigma);
}
