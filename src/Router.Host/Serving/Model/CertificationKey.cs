using Router.Estimator;
using Router.Smoothing;

namespace Router.Host.Serving.Model;

/// <summary>
/// What makes a certificate that can be topped up, within one epoch and with the daemon's own seeds: all that its seed
/// follows from, which here leaves n out. How many more samples are drawn, until when and for what radius, is up to
/// each who asks: the bounds hold at all looks together.
/// </summary>
/// <param name="Mix">The experts that are asked, with commas: an answer names them.</param>
/// <param name="Message"><see cref="SeedMessage.Digest"/>.</param>
internal sealed record CertificationKey(string Mix, string Message)
{
    /// <summary>The key of one image's certificate.</summary>
    public static CertificationKey Of(RoutedClassifier asked, GridInput image, CertificationPlan plan) =>
        new(AnswerKey.MixOf(asked), asked.CertificateMessage(image.Hash, plan).Digest);
}
