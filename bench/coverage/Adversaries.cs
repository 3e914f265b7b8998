using Router.Estimator;
using Router.Estimator.Tests;
using Router.Smoothing;
using Router.Votes;
using Tests;
using static Coverage.Bench.Worlds;

namespace Coverage.Bench;

/// <summary>Somebody who has seen votes chooses what happens next.</summary>
internal static class Adversaries
{
    private static readonly RoutingRule MostVoted = new RoutingRule.MostVoted();

    public static IEnumerable<Experiment> All => [.. ((double[])[0.1, 0.5, 0.9]).Select(Failover), Rule()];

    // Expert a is let answer where the bound on its route is too large, and fails otherwise. The control gives both
    // mixes all of α.
    private static Experiment Failover(double reserved)
    {
        CertificationPlan plan = Plan(CertificateKind.Exclusion) with { PeerBudget = 0 };
        double routed = AtBound(8200, 0.45 * Alpha), rest = AtBound(9200, Alpha);
        double truth = RouteRadius(MostVoted, routed), truthOfRest = ClassRadius(rest), share =
            0.45 * Alpha * (1 - reserved);
        VoteCounts? last = null;
        RoutedClassifier Classifier(Func<VoteRequest, bool> fails)
        {
            ScriptedVoter router = Voter("router", RouterSigma, routed), a = Voter("a", RouterSigma, 0.9999);
            router.Answer = votes => last = votes;
            a.Fails = fails;
            return new("router", router, [new("a", a), new("b", Voter("b", ExpertSigma, rest))]);
        }
        RoutedClassifier whole = Classifier(_ => false), alone = whole.Restrict(["b"]);
        FailoverClassifier attacked = new(
            Classifier(_ => last is { Total: N } votes
                && Cohen.Radius(RouterSigma, Cohen.LowerBound(0, votes, share)) <= truth),
            new FailoverPolicy.Reroute(reserved, []));
        return new($"failover, {reserved} of α reserved", "all of α for both mixes", async run =>
        {
            SeedSource seeds = SeedSource.FromCaller((ulong)run);
            var answer = (CertificationAnswer.Certified)await attacked.CertifyAsync(Input, plan, seeds);
            bool wrong = answer.Certificate.Radius > (answer.Failed is null ? truth : truthOfRest);
            bool control = (await whole.CertifyAsync(Input, plan, seeds)).Radius > truth
                || (await alone.CertifyAsync(Input, plan, seeds)).Radius > truthOfRest;
            return new(wrong, control);
        });
    }

    // A caller's seed follows from the input alone: the control is a message without the rule.
    private static Experiment Rule()
    {
        SeedSource secret = new([1, 2, 3], SeedOrigin.Server), withoutRule = SeedSource.FromCaller(3);
        return new("dual, quantile: τ chosen by the votes behind a record", "a seed without the rule", async run =>
            new(await RuleAttack.SucceedsAsync(run, secret) ?? false,
                await RuleAttack.SucceedsAsync(run, withoutRule) ?? false));
    }
}
