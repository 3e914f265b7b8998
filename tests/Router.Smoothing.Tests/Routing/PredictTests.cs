using System.Collections.Immutable;
using Router.Votes;

namespace Router.Smoothing.Tests.Routing;

public sealed class PredictTests
{
    private const double Alpha = 0.05;

    private static VoteCounts Counts(params long[] counts) => RoutingRuleTests.Counts(0, counts);

    [Fact]
    public void A_clear_quantile_is_answered_and_an_unclear_one_is_not()
    {
        RoutingRule rule = new RoutingRule.Quantile(0.5m);
        Assert.Equal(1, rule.Predict(Counts(200, 600, 200), 0.001));
        Assert.Null(rule.Predict(Counts(480, 320, 200), 0.001));
        Assert.Equal(0, rule.Predict(Counts(600, 200, 200), 0.001));
        Assert.Equal(2, rule.Predict(Counts(100, 100, 800), 0.001));
    }

    [Fact]
    public void A_clear_biased_route_is_answered_and_an_unclear_one_is_not()
    {
        Assert.Equal(1, new RoutingRule.Biased(0, 0.8, 0).Predict(Counts(500, 400, 100), 0.001));
        Assert.Null(new RoutingRule.Biased(0, 0.25, 0).Predict(Counts(500, 400, 100), 0.001));
    }

    // Each probability vector lies a hair on the side where the answer that votes favour is wrong.
    [Fact]
    public void A_wrong_route_is_answered_no_more_often_than_alpha()
    {
        (RoutingRule Rule, ImmutableArray<double> P, int Truth)[] cases =
        [
            (new RoutingRule.Quantile(0.5m), [0.25, 0.24999, 0.50001], 2),
            (new RoutingRule.Quantile(0.3m), [0.30001, 0.4, 0.29999], 0),
            (new RoutingRule.Biased(0, 0, 0), [0.39999, 0.40001, 0.2], 1),
            (new RoutingRule.Biased(0, 0.5244005, 0), [0.5, 0.3, 0.2], 1), // −Φ⁻¹(.3) = .5244005
        ];
        foreach ((RoutingRule rule, ImmutableArray<double> p, int truth) in cases)
        {
            const int Runs = 5000;
            BinomialDraws first = new(400, p[0]);
            Dictionary<long, BinomialDraws> second = [];
            Uniforms random = new(20);
            int wrong = 0;
            for (int run = 0; run < Runs; run++)
            {
                long zero = first.Next(random);
                if (!second.TryGetValue(zero, out BinomialDraws? rest))
                    second[zero] = rest = new(400 - zero, p[1] / (1 - p[0]));
                long one = rest.Next(random);
                if (rule.Predict(Counts(zero, one, 400 - zero - one), Alpha) is { } answer && answer != truth) wrong++;
            }
            Assert.InRange(wrong, 1, BinomialDraws.AtMost(Runs, Alpha));
        }
    }
}
