using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// On the plane, with smoothed classifiers in closed form: a dense grid over every certified ball holds no point of
/// another class. α = 1e-9 per certificate, so that at any seeds all of them are right but with probability below 1e-6.
/// </summary>
public sealed class PlaneTests
{
    private const double Alpha = 1e-9;
    private static readonly SampleCounts Counts = new(100, 5000);

    // Three classes in five strips; the narrow ones vanish under noise.
    private static readonly StripClassifier[] Experts =
    [
        new(0.25m, 0.3, [0.1, 0.5, 0.55, 1.2], [0, 1, 2, 1, 0]),
        new(0.5m, 1.1, [0.0, 0.9, 1.0], [2, 1, 0, 1]),
        new(1.0m, 2.0, [-0.8, 0.4], [0, 1, 2]),
    ];

    private static readonly StripClassifier Router = new(1.0m, -0.5, [-0.7, 0.6], [0, 1, 2]);

    // A lattice of inputs that resonates with none of the lines.
    private static IEnumerable<(double X, double Y, NoiseStream Stream)> Inputs() =>
        from i in Enumerable.Range(0, 16)
        from j in Enumerable.Range(0, 16)
        select (-2.5 + i * 0.337, -2.5 + j * 0.341, new NoiseStream((ulong)(16 * i + j), 0));

    private static int Deployed(double x, double y) => Experts[Router.Smoothed(x, y)].Smoothed(x, y);

    [Fact]
    public void No_point_within_a_certified_radius_has_another_class_under_one_expert()
    {
        foreach (StripClassifier expert in Experts)
        {
            int certified = 0;
            foreach ((double x, double y, NoiseStream stream) in Inputs())
            {
                StageEvidence evidence = expert.Certify(x, y, stream, Counts, Alpha);
                if (evidence.Abstains) continue;
                certified++;
                Assert.Null(OtherClass(x, y, evidence.Radius, evidence.Selected, expert.Smoothed));
            }
            Assert.InRange(certified, 50, 255);
        }
    }

    [Fact]
    public void No_point_within_a_dual_radius_has_another_class_under_the_deployed_classifier()
    {
        AlphaLedger ledger = AlphaLedger.Dual(Alpha);
        int[] limited = new int[2];
        foreach ((double x, double y, NoiseStream stream) in Inputs())
        {
            StageEvidence route = Router.Certify(x, y, stream, Counts, ledger[AlphaLedger.Router], AlphaLedger.Router);
            if (route.Abstains) continue;
            StageEvidence expert = Experts[route.Selected]
                .Certify(x, y, stream with { Id = 1 }, Counts, ledger[AlphaLedger.Expert]);
            Certificate certificate = Dual.Certify(route, expert, ledger, "plane");
            if (certificate.Class is not { } answer) continue;
            limited[(int)certificate.LimitingStage]++;
            Assert.Null(OtherClass(x, y, certificate.Radius, answer, Deployed));
        }
        // Both kinds of limit were met, so that both terms of the minimum were at stake.
        Assert.All(limited, count => Assert.True(count > 10));
    }

    [Fact]
    public void Control_the_grid_finds_the_route_that_a_certificate_without_its_router_term_forgets()
    {
        int caught = Inputs().Count(input =>
        {
            StageEvidence expert = Experts[Router.Smoothed(input.X, input.Y)]
                .Certify(input.X, input.Y, input.Stream, Counts, Alpha);
            return !expert.Abstains && OtherClass(
                input.X, input.Y, expert.Radius, expert.Selected, Deployed) is not null;
        });
        Assert.True(caught > 10);
    }

    [Fact]
    public void Control_the_grid_finds_another_class_in_a_ball_one_half_too_large()
    {
        int caught = Inputs().Count(input =>
        {
            StageEvidence evidence = Experts[1].Certify(input.X, input.Y, input.Stream, Counts, Alpha);
            return !evidence.Abstains && OtherClass(
                input.X, input.Y, 1.5 * evidence.Radius, evidence.Selected, Experts[1].Smoothed) is not null;
        });
        Assert.True(caught > 10);
    }

    // The first of some 1200 points of the open ball whose class is another.
    private static (double X, double Y)? OtherClass(
        double x, double y, double radius, int expected, Func<double, double, int> classOf)
    {
        const int Steps = 20;
        for (int i = -Steps; i <= Steps; i++)
            for (int j = -Steps; j <= Steps; j++)
            {
                double dx = radius * i / (Steps + 0.01), dy = radius * j / (Steps + 0.01);
                if (dx * dx + dy * dy < radius * radius && classOf(x + dx, y + dy) != expected)
                    return (x + dx, y + dy);
            }
        return null;
    }
}
