using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Router.Cluster.Telemetry;
using Router.Experts.Serving;
using Router.Host.Commands.Cluster;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving.Metrics;

/// <summary>Holds docs/observability.md and deploy/prometheus to the program.</summary>
public sealed partial class ObservabilityDocTests
{
    private static readonly string Doc = File.ReadAllText(Path.Combine(Reference.Root, "docs", "observability.md"));

    [Fact]
    public async Task The_table_of_metrics_is_the_list_of_instruments()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        await daemon.PostAsync(ToyModel.Body);
        await daemon.PostAsync("{}");
        string text = await daemon.Client.GetStringAsync("/metrics");
        Assert.Equal(
            Types().Matches(text).Select(type => $"{type.Groups["name"]} {type.Groups["kind"]}")
                .Order(StringComparer.Ordinal),
            Rows().Select(row => $"{row.Name} {row.Kind}").Order(StringComparer.Ordinal));
        foreach ((string name, _, ImmutableArray<string> labels) in Rows())
            foreach (Match sample in Regex.Matches(text, $@"^{name}(_bucket|_sum|_count)?(\{{(?<labels>.*)\}})? ",
                RegexOptions.Multiline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))
                Assert.Equal((name, string.Join(',', labels)),
                    (name, string.Join(',', Names().Matches(sample.Groups["labels"].Value)
                    .Select(label => label.Groups["name"].Value).Where(label => label != "le"))));
    }

    [Fact]
    public void The_table_of_buckets_is_what_histograms_have()
    {
        string[] documented =
        [
            .. from row in Buckets().Matches(Doc)
               from name in Quoted().Matches(row.Groups["names"].Value)
               let bounds = row.Groups["bounds"].Value.Split(' ')
                   .Select(bound => double.Parse(bound, CultureInfo.InvariantCulture))
               select Line(name.Groups["text"].Value, bounds),
        ];
        List<string> had = [];
        using ServingMeter meter = new(
            TimeProvider.System, () => true, new(new Stopless()), new(1, 1, TimeSpan.Zero, TimeProvider.System));
        // Its instruments exist from the first mention on: not in the middle of the listener's start.
        Meter experts = ExpertsMeter.Meter, cluster = ClusterMeter.Meter;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument is Histogram<double> histogram
                && (instrument.Meter == meter.Meter || instrument.Meter == experts || instrument.Meter == cluster))
                had.Add(Line(instrument.Name, histogram.Advice!.HistogramBucketBoundaries!));
        };
        listener.Start();
        Assert.Equal(had.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        Assert.Equal(8, had.Count);

        static string Line(string name, IEnumerable<double> bounds) => $"{name} {string.Join(' ', bounds)}";
    }

    [Fact]
    public void Questions_and_alerts_ask_for_metrics_that_exist()
    {
        string[] known = [.. Rows().SelectMany(row => row.Kind == "histogram"
            ? new[] { "_bucket", "_sum", "_count" }.Select(part => row.Name + part) : [row.Name])];
        string questions = Doc[Doc.IndexOf("### Questions", StringComparison.Ordinal)..Doc.IndexOf(
            "## Traces", StringComparison.Ordinal)];
        string alerts = string.Concat(Directory.GetFiles(Path.Combine(Reference.Root, "deploy", "prometheus"), "*.yaml")
            .Select(File.ReadAllText));
        string[] asked = [.. Asked().Matches(questions + alerts).Select(name => name.Value).Distinct()];
        Assert.InRange(asked.Length, 10, known.Length);
        Assert.Empty(asked.Except(known));
    }

    [Fact]
    public void The_table_of_events_is_what_is_logged() => Assert.Equal(
        from method in ((Type[])[typeof(ServingLog), typeof(ClusterLog)])
            .SelectMany(log => log.GetMethods(BindingFlags.Static | BindingFlags.Public))
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        orderby message.EventId
        select $"| {message.EventId} | {message.Level} | {message.Message} |",
        Doc[Doc.IndexOf("| event |", StringComparison.Ordinal)..].TrimEnd().Split('\n').Skip(2));

    private static IEnumerable<(string Name, string Kind, ImmutableArray<string> Labels)> Rows() =>
        Documented().Matches(Doc).Select(row => (
        row.Groups["name"].Value, row.Groups["kind"].Value,
        Quoted().Matches(row.Groups["labels"].Value).Select(label => label.Groups["text"].Value).ToImmutableArray()));

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) (?<kind>[a-z]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Types();

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \| (?<kind>counter|gauge|histogram) \| (?<labels>[^|]*)\|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Documented();

    [GeneratedRegex(@"^\| (?<names>`dualrs_[^|]+) \| (?<bounds>[0-9. ]+) \|$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Buckets();

    [GeneratedRegex("`(?<text>[a-z_]+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("(?<name>[a-z_]+)=\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Names();

    [GeneratedRegex(@"\bdualrs_[a-z_]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();

    private sealed class Stopless : Microsoft.Extensions.Hosting.IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() { }
    }
}
