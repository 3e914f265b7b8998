using Router.Estimator;
using Router.Smoothing;

namespace Router.Host.Serving.Caching;

/// <summary>
/// What makes a certificate that can be topped up, within one epoch and with the daemon's own seeds: the samples that selected route and class, and the
/// bounds. How many more samples are drawn, until when and for what radius, is up to each who asks: the bounds hold at all looks together.
/// </summary>
/// <param name="Input">The image's hash.</param>
/// <param name="Mix">The experts that are asked, with commas.</param>
/// <param name="Selection">n0 of each stage.</param>
/// <param name="Ledger">The split of α.</param>
internal sealed record CertificationKey(string Input, string Mix, int Selection, string Ledger)
{
    /// <summary>The key of one image's certificate.</summary>
    public static CertificationKey Of(RoutedClassifier asked, GridInput image, CertificationPlan plan) =>
        new(image.Hash, AnswerKey.MixOf(asked), plan.Expert.Selection, asked.Split(plan).ToString());
}
