using System.Runtime.CompilerServices;
using Router.Data;
using Router.Estimator;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>Certifies images of a data set and logs them in their order, each once those before it are done.</summary>
/// <param name="classifier">What is certified.</param>
/// <param name="plan">n0, n and α, the same for every image.</param>
/// <param name="seeds">Where the noise comes from.</param>
/// <param name="clock">Times each certificate.</param>
public sealed class CertifyRun(
    RoutedClassifier classifier, CertificationPlan plan, SeedSource seeds, TimeProvider clock)
{
    /// <summary>
    /// The noise kind our logs name: Gaussian noise rounded to the 8-bit grid, exact (docs/certificates.md, section 6).
    /// </summary>
    public const string NoiseKind = "grid";

    /// <summary>
    /// Images that are under way at once, ≥ 1. No certificate depends on it; the times of several overlap.
    /// </summary>
    public int InFlight { get; init; } = 1;

    /// <summary>The images that it goes on without.</summary>
    public PassedOver PassedOver { get; init; } = new();

    /// <summary>Certifies one labelled image.</summary>
    /// <param name="image">The image; it needs a label.</param>
    /// <param name="cancellationToken">Stops the work; nothing is claimed then.</param>
    /// <param name="sources">Told whose votes the certificate rests on; null where it is given at once.</param>
    public async Task<CertifiedImage> CertifyAsync(
        LabelledImage image, CancellationToken cancellationToken, AnswerSources? sources = null)
    {
        GridInput input = image.Image.ToInput();
        long started = clock.GetTimestamp();
        RoutedClassifier asked = classifier.For(classifier.Context with { NeedsAll = true });
        if (sources is not null) asked = asked.RestingOn(sources);
        Certificate certificate = await asked.CertifyAsync(input, plan, seeds, cancellationToken);
        return new(image, certificate, clock.GetElapsedTime(started));
    }

    /// <summary>
    /// Certifies the images of the given indices and yields each when it is on disk; some are passed over.
    /// </summary>
    /// <param name="data">Where the images are.</param>
    /// <param name="indices">Which of them.</param>
    /// <param name="log">Receives each.</param>
    /// <param name="record">Makes the record of a certificate; needed where the log keeps records.</param>
    /// <param name="cancellationToken">Stops; what is written stays.</param>
    public async IAsyncEnumerable<CertifiedImage> RunAsync(
        DataSet data, IEnumerable<int> indices, CertifiedLog log, Func<Certificate, CertificateRecord>? record,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerable<CertifiedImage?> certified = InOrder.RunAsync(
            indices, InFlight, (index, sources, stop) => PassedOver.TryAsync(
                data, index, image => CertifyAsync(image, stop, sources)), cancellationToken);
        await foreach (CertifiedImage? one in certified)
        {
            if (one is not { } image) continue;
            log.Write(image, plan.Sampling, seeds.Origin, record);
            yield return image;
        }
    }
}
