using Router.Estimator;
using Router.Estimator.Failover;
using Router.Host.Serving.Wire;
using Router.Smoothing;

namespace Router.Host.Serving.Model;

/// <summary>
/// What makes an answer within one epoch: all that its seed follows from, so that with the daemon's own seeds the same
/// key gets the same answer whether it is drawn again or not. A prediction to a deadline is not among them: it depends
/// on the time. Certificates that may stop early have a <see cref="CertificationKey"/>.
/// </summary>
/// <param name="Mix">The experts that are asked, with commas: an answer names them.</param>
/// <param name="Message"><see cref="SeedMessage.Digest"/>.</param>
internal sealed record AnswerKey(string Mix, string Message)
{
    /// <summary>The key of one image of a request; null where its answer is not kept.</summary>
    public static AnswerKey? Of(FailoverClassifier asked, GridInput image, InferRequest request) =>
        request.Seed is not null || request.Parameters.Deadline is not null
            ? null
            : new(MixOf(asked.Classifier), MessageOf(asked, image, request).Digest);

    /// <summary>The experts of a classifier as keys name them.</summary>
    public static string MixOf(RoutedClassifier asked) => string.Join(',', asked.Routes.Select(route => route.Id));

    private static SeedMessage MessageOf(FailoverClassifier asked, GridInput image, InferRequest request)
    {
        (RoutedClassifier classifier, int count, double alpha) =
            (asked.Classifier, request.Counts.Estimation, request.FailureProbability);
        return request.Mode switch
        {
            InferMode.Predict => classifier.PredictionMessage(image.Hash, count, alpha),
            InferMode.Route => classifier.RouteMessage(image.Hash, count, alpha),
            _ => classifier.CertificateMessage(image.Hash, asked.Reserving(request.FixedPlan)),
        };
    }
}
