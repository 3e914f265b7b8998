using Router.Smoothing;
using Router.Smoothing.Tests.Certificates;
using Router.Votes;

namespace Router.Estimator.Tests.Cascades;

/// <summary>
/// Certificates of a cascade on the plane, where it is known in closed form. α = 1e-9, so that at any seeds all of them
/// are right.
/// </summary>
public sealed class CascadePlaneTests
{
    private static readonly SampleCounts Counts = new(100, 5000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 1e-9);
    private static readonly Cascade Cascade = new(0.75m, 0.85m);

    // The most noise first; three classes in strips of three directions.
    private static readonly StripClassifier[] Stages =
    [
        new(1.0m, 2.0, [-0.8, 0.9], [0, 1, 2]),
        new(0.5m, 1.1, [0.0, 0.9, 1.0], [2, 1, 0, 1]),
        new(0.25m, 0.3, [0.1, 0.5, 0.55, 1.2], [0, 1, 2, 1, 0]),
    ];

    private static readonly RoutedClassifier Classifier =
        new([.. Stages.Select((stage, k) => new Route($"e{k}", PlaneVoter.Of($"e{k}", stage)))], Cascade);

    private static int Deployed(double x, double y)
    {
        for (int stage = 0; ; stage++)
        {
            double[] probabilities = Stages[stage].Probabilities(x, y);
            if (stage == Stages.Length - 1 || probabilities.Max() >= (double)Cascade.At(stage)[0])
                return Array.IndexOf(probabilities, probabilities.Max());
        }
    }

    [Fact]
    public async Task No_point_within_a_certified_radius_has_another_class()
    {
        int[] answered = new int[Stages.Length], limited = new int[5];
        int beyond = 0, forgetful = 0, farther = 0;
        foreach (GridInput input in PlaneVoter.Lattice)
        {
            Certificate certificate = await Classifier.CertifyAsync(input, Plan, SeedSource.FromCaller(1));
            if (certificate.Class is not { } answer) continue;
            answered[certificate.Earlier.Length]++;
            limited[(int)certificate.LimitingStage]++;
            Assert.Null(PlaneVoter.OtherClass(input, certificate.Radius, answer, Deployed));
            if (PlaneVoter.OtherClass(input, 1.5 * certificate.Radius, answer, Deployed) is not null) beyond++;
            if (certificate.Radius > Math.Min(certificate.Expert!.Radius, certificate.RouteRadius)) farther++;
            // What the stages answer, whether or not an earlier one would answer otherwise.
            double loud = certificate.Later.Append((CascadeEvidence)certificate.Expert).Max(stage => stage.Radius);
            if (PlaneVoter.OtherClass(input, loud, answer, Deployed) is not null) forgetful++;
        }
        // Every stage answered, every kind of term limited, agreement of later stages enlarged radii, and the grid sees
        // a ball one half too large and one that forgets that stages may answer otherwise.
        Assert.True(answered.All(count => count > 10) && limited[(int)Stage.Expert] > 10
            && limited[(int)Stage.Earlier] > 10 && limited[(int)Stage.Later] > 3
            && beyond > 30 && forgetful > 3 && farther > 10,
            $"answered by {string.Join(", ", answered)}; limited by {string.Join(", ", limited)}; {beyond} would be "
            + $"false at 1.5 R, {forgetful} without silence; {farther} enlarged");
    }

    [Fact]
    public async Task A_prediction_is_the_cascades_class_or_none()
    {
        int[] predicted = new int[Stages.Length];
        int abstained = 0;
        foreach (GridInput input in PlaneVoter.Lattice)
        {
            (double x, double y) = PlaneVoter.PointOf(input);
            RoutedPrediction prediction = await Classifier.PredictAsync(input, 2000, 1e-9, SeedSource.FromCaller(2));
            if (prediction.Class is { } answer)
            {
                Assert.Equal(Deployed(x, y), answer);
                predicted[prediction.Route.Route!.Value]++;
            }
            else
            {
                abstained++;
            }
        }
        Assert.True(predicted.All(count => count > 10) && abstained > 5,
            $"{string.Join(", ", predicted)}, {abstained} abstained");
    }
}
