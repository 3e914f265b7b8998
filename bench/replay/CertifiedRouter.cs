using Router.Estimator;
using Router.Smoothing;
using Router.Votes;

namespace Replay.Bench;

/// <summary>Certificates of a recorded router under one rule on every image.</summary>
/// <param name="Rule">The routing.</param>
/// <param name="Kind">The theorem.</param>
/// <param name="Right">Per image the radius, 0 where the class is wrong.</param>
/// <param name="Routes">Per image the route, −1 where there is none.</param>
/// <param name="Abstained">The share of images without a class.</param>
/// <param name="Samples">Drawn per image.</param>
/// <param name="Peers">Asked per image.</param>
internal sealed record CertifiedRouter(RoutingRule Rule, CertificateKind Kind, double[] Right, int[] Routes,
    double Abstained, double Samples, double Peers)
{
    /// <summary>
    /// The radii at which routers are compared; the share of the envelope is averaged up to <see cref="LastShared"/>.
    /// </summary>
    public static readonly double[] Radii = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5];

    /// <summary>
    /// Beyond this radius a single σ = 1 expert proves too few images for a share of them to mean much.
    /// </summary>
    public const double LastShared = 2;

    /// <summary>What the row of a table calls it.</summary>
    public string Name => $"{Kind.ToString().ToLowerInvariant()}, "
        + $"{(Rule is RoutingRule.Quantile quantile ? $"quantile τ = {Markdown.Ratio(quantile.Tau)}" : "most voted")}";

    /// <summary>Certifies every image.</summary>
    public static async Task<CertifiedRouter> OfAsync(Recordings recordings, RoutingRule rule, CertificateKind kind)
    {
        RoutedClassifier classifier = recordings.Routed(rule);
        CertificationPlan plan = new(recordings.Counts, recordings.Counts, Recordings.Alpha) { Kind = kind };
        int count = recordings.Images.Length;
        double[] right = new double[count];
        int[] routes = new int[count];
        double samples = 0, peers = 0;
        int abstained = 0;
        for (int i = 0; i < count; i++)
        {
            (int label, GridInput input) = recordings.Images[i];
            Certificate certificate = await classifier.CertifyAsync(input, plan, recordings.Seeds);
            right[i] = certificate.Class == label ? certificate.Radius : 0;
            routes[i] = certificate.Expert is null ? -1 : certificate.Route!.Selected;
            samples += certificate.SamplesDrawn;
            peers += certificate.Peers.Length;
            if (certificate.Class is null) abstained++;
        }
        return new(rule, kind, right, routes, (double)abstained / count, samples / count, peers / count);
    }

    /// <summary>Certified accuracy.</summary>
    public double Accuracy(double r) => Accuracy(Right, r);

    /// <summary>
    /// Certified accuracy as a share of the best single expert's, at each radius up to <see cref="LastShared"/>.
    /// </summary>
    public double[] Shares(double[][] singles) =>
        [.. Radii.Where(r => r <= LastShared).Select(r => Accuracy(r) / Envelope(singles, r))];

    /// <summary>The certified accuracy of the single expert that has most of it at r.</summary>
    public static double Envelope(double[][] singles, double r) => singles.Max(single => Accuracy(single, r));

    /// <summary>The share of radii that reach r; 0 reaches nothing.</summary>
    public static double Accuracy(double[] right, double r) =>
        (double)right.Count(radius => radius > 0 && radius >= r) / right.Length;
}
