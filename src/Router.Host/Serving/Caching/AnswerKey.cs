using Router.Estimator;
using Router.Host.Serving.Requests;
using Router.Smoothing;

namespace Router.Host.Serving.Caching;

/// <summary>
/// What makes an answer within one epoch: with the daemon's own seeds, which follow from image, functions and α, the same key gets the same answer
/// whether it is drawn again or not. A prediction to a deadline is not among them: it depends on the time. Certificates that may stop early have a
/// <see cref="CertificationKey"/>.
/// </summary>
/// <param name="Input">The image's hash.</param>
/// <param name="Mix">The experts that are asked, with commas.</param>
/// <param name="Mode">What was wanted.</param>
/// <param name="Counts">n0 and n.</param>
/// <param name="FailureProbability">α.</param>
internal sealed record AnswerKey(string Input, string Mix, InferMode Mode, SampleCounts Counts, double FailureProbability)
{
    /// <summary>The key of one image of a request; null where its answer is not kept.</summary>
    public static AnswerKey? Of(RoutedClassifier asked, GridInput image, InferRequest request) =>
        request.Seed is not null || request.Parameters.Deadline is not null
            ? null
            : new(image.Hash, MixOf(asked), request.Mode, request.Counts, request.FailureProbability);

    /// <summary>The experts of a classifier as keys name them.</summary>
    public static string MixOf(RoutedClassifier asked) => string.Join(',', asked.Routes.Select(route => route.Id));
}
