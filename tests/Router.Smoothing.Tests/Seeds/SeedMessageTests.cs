using System.Reflection;
using Router.Votes;

namespace Router.Smoothing.Tests.Seeds;

/// <summary>
/// What a seed follows from: whatever may still be chosen once a record has told a seed must lead to another one.
/// </summary>
public sealed class SeedMessageTests
{
    private static readonly FunctionId[] Functions =
        [.. Enumerable.Range(0, 4).Select(k => FunctionId.Of([new("name", $"toy {k}")]))];

    /// <summary>A message with all of its parts.</summary>
    internal static SeedMessage Sample { get; } = new()
    {
        Statement = "dual",
        InputHash = "input",
        Router = new(Functions[0], 1m, 0),
        Experts = [new(Functions[1], 0.25m, 1), new(Functions[2], 0.5m, 2)],
        Rule = new RoutingRule.Quantile(0.5m),
        Cascade = new Cascade(0.5m),
        Ledger = AlphaLedger.Dual(0.001),
        Samples = "fixed, from 0, router 100 + 1000, expert 100 + 1000",
    };

    /// <summary>Each differs from <see cref="Sample"/>, and from all others, in one thing.</summary>
    internal static SeedMessage[] Others { get; } =
    [
        Sample with { Statement = "exclusion" },
        Sample with { InputHash = "another" },
        Sample with { Router = null },
        Sample with { Router = Sample.Router! with { Function = Functions[3] } },
        Sample with { Router = Sample.Router! with { Sigma = 2 } },
        Sample with { Router = Sample.Router! with { Stream = 3 } },
        Sample with { Experts = [Sample.Experts[0]] },
        Sample with { Experts = [Sample.Experts[1], Sample.Experts[0]] },
        Sample with { Experts = [Sample.Experts[0], Sample.Experts[1] with { Sigma = 0.75m }] },
        Sample with { Experts = [Sample.Experts[0], Sample.Experts[1] with { Stream = 3 }] },
        Sample with { Rule = null },
        Sample with { Rule = new RoutingRule.MostVoted() },
        Sample with { Rule = new RoutingRule.Quantile(0.4m) },
        Sample with { Rule = new RoutingRule.Biased(0.5) },
        Sample with { Rule = new RoutingRule.Biased(0, 1) },
        Sample with { Rule = new RoutingRule.Biased(1, 0) },
        Sample with { Cascade = null },
        Sample with { Cascade = new Cascade(0.6m) },
        Sample with { Cascade = new Cascade(0.5m, 0.5m) },
        Sample with { Cascade = new Cascade(new Thresholds(0.5m, 0.6m)) },
        Sample with { Cascade = new Cascade(new Thresholds(0.6m, 0.5m)) },
        Sample with { Cascade = new Cascade(0.5m, 0.6m) },
        Sample with { Ledger = AlphaLedger.Dual(0.002) },
        Sample with { Ledger = AlphaLedger.Single(0.001) },
        Sample with { Ledger =
            AlphaLedger.Of(0.001, new(AlphaLedger.Router, 0.0005, 2), new AlphaShare(AlphaLedger.Expert, 0.0005)) },
        Sample with { Samples = "fixed, from 0, router 100 + 1000, expert 100 + 2000" },
    ];

    [Fact]
    public void Whatever_defines_the_classifier_or_the_statement_leads_to_another_seed()
    {
        SeedMessage[] all = [Sample, .. Others];
        SeedSource seeds = new([1, 2, 3], SeedOrigin.Server);
        Assert.Equal(all.Length, all.Select(seeds.SeedFor).Distinct().Count());
        Assert.Equal(all.Length, all.Select(message => message.Digest).Distinct().Count());
        // A part that is added needs a line above.
        IEnumerable<PropertyInfo> parts = typeof(SeedMessage).GetProperties().Where(part => part.CanWrite);
        Assert.All(parts, part =>
            Assert.Contains(Others, other => !Equals(part.GetValue(other), part.GetValue(Sample))));
        Type[] rules = typeof(RoutingRule).GetNestedTypes(BindingFlags.Public);
        Assert.All(rules, rule => Assert.Contains(all, message => message.Rule?.GetType() == rule));
    }

    // Were the parts written one after the other, what one ends with could be what the next begins with.
    [Fact]
    public void No_value_can_be_read_as_a_part_of_another()
    {
        string[] hostile = ["a\",\"b", "a", "a\nb", "a,b", "", "null", "\\", "a\"],[\"b"];
        SeedMessage[] all =
        [
            .. hostile.SelectMany(first =>
                hostile.Select(second => Sample with { InputHash = first, Samples = second })),
            .. hostile.SelectMany(first =>
                hostile.Select(second => Sample with { Experts = [new(new(first), 1, 1), new(new(second), 1, 2)] })),
            .. hostile.Select(only => Sample with { Experts = [new(new(only), 1, 1)] }),
        ];
        Assert.Equal(all.Length, all.Select(message => message.Text).Distinct().Count());
    }

    [Fact]
    public void Numbers_that_are_written_otherwise_are_the_same_numbers()
    {
        Assert.Equal(Sample.Text,
            (Sample with { Rule = new RoutingRule.Quantile(0.50m), Cascade = new Cascade(0.500m) }).Text);
        Assert.NotEqual(
            (Sample with { Rule = new RoutingRule.Quantile(0.1m) }).Text,
            (Sample with { Rule = new RoutingRule.Quantile(0.1000000000000000000000000001m) }).Text);
    }

    [Fact]
    public void The_message_is_what_the_formats_say() => Assert.Equal(
        "{\"message\":\"dualrs.seed/2\",\"statement\":\"dual\",\"input\":\"input\","
        + $"\"router\":[\"{Functions[0]}\",\"1\",\"0\"],"
        + $"\"experts\":[[\"{Functions[1]}\",\"0.25\",\"1\"],[\"{Functions[2]}\",\"0.5\",\"2\"]],"
        + "\"rule\":[\"quantile\",\"0.5\"],\"cascade\":[\"0.5\"],\"alpha\":\"0.001\","
        + "\"shares\":[[\"router\",\"0.0005\",\"1\"],[\"expert\",\"0.0005\",\"1\"]],"
        + "\"samples\":\"fixed, from 0, router 100 + 1000, expert 100 + 1000\"}",
        Sample.Text);
}
