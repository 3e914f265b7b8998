using Router.Smoothing;
using Router.Smoothing.Tests.Certificates;
using Router.Votes;

namespace Router.Estimator.Tests.Cascades;

/// <summary>
/// Experts that nearly agree, as experts of one task do: strips of nearly one direction at nearly the same places, the
/// most noise first.
/// </summary>
public sealed class CascadeAgreementPlaneTests
{
    private const double Alpha = 1e-9;
    private static readonly SampleCounts Counts = new(100, 5000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, Alpha);

    private static readonly StripClassifier[] Stages =
    [
        new(1.0m, 0.40, [-1.1, 1.2], [0, 1, 2]),
        new(0.5m, 0.50, [-1.0, 1.1], [0, 1, 2]),
        new(0.25m, 0.45, [-1.2, 1.0], [0, 1, 2]),
    ];

    // The certificate without later stages, at the best split of α that it had: half for the answer, half for the
    // stages before it.
    private static double Alone(Certificate certificate, Cascade cascade)
    {
        CascadeEvidence answer = (CascadeEvidence)certificate.Expert!;
        double radius = Cascade.AnswerRadius(
            answer.Sigma, Cohen.LowerBound(answer.Class, answer.Estimation, Alpha / 2), cascade.At(answer.Place)[0]);
        foreach (CascadeEvidence earlier in certificate.Earlier)
            radius = earlier.Estimation.Total == 0 ? 0 : Math.Min(radius, Cascade.SilenceRadius(
                earlier.Sigma, Cohen.UpperBound(earlier.Rival!.Value.Class,
                    earlier.Estimation, Alpha / 2 / cascade.Thresholds.Length), cascade.At(earlier.Place)[0]));
        return radius;
    }

    [Theory]
    [InlineData("0.5,0.5", 60, 1.05)]
    [InlineData("0.75,0.85", 60, 1.5)]
    public async Task Where_experts_agree_radii_are_larger_at_many_points_and_no_point_within_them_has_another_class(
        string thresholds, int many, double gain)
    {
        Cascade cascade = new([.. thresholds.Split(',')
            .Select(tau => decimal.Parse(tau, System.Globalization.CultureInfo.InvariantCulture))]);
        RoutedClassifier classifier = new(
            [.. Stages.Select((stage, k) => new Route($"e{k}", PlaneVoter.Of($"e{k}", stage)))], cascade);
        int Deployed(double x, double y)
        {
            for (int stage = 0; ; stage++)
            {
                double[] probabilities = Stages[stage].Probabilities(x, y);
                if (stage == Stages.Length - 1 || probabilities.Max() >= (double)cascade.At(stage)[0])
                    return Array.IndexOf(probabilities, probabilities.Max());
            }
        }

        int larger = 0, beyond = 0;
        double alone = 0, together = 0;
        foreach (GridInput input in PlaneVoter.Lattice)
        {
            Certificate certificate = await classifier.CertifyAsync(input, Plan, SeedSource.FromCaller(3));
            (alone, together) = (alone + Alone(certificate, cascade), together + certificate.Radius);
            if (certificate.Radius > 1.01 * Alone(certificate, cascade)) larger++;
            if (certificate.Class is not { } answer) continue;
            Assert.Null(PlaneVoter.OtherClass(input, certificate.Radius, answer, Deployed));
            if (PlaneVoter.OtherClass(input, 1.5 * certificate.Radius, answer, Deployed) is not null) beyond++;
        }
        Assert.True(larger > many && together > gain * alone && beyond > 30,
            $"{larger} larger, mean {alone / 256:F4} → {together / 256:F4}, {beyond} would be false at 1.5 R");
    }
}
