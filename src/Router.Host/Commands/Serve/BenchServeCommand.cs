using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Router.Host.Cli;
using Router.Host.Serving.Model;

namespace Router.Host.Commands.Serve;

/// <summary><c>dualrs bench serve</c>: how long a running daemon takes, for more and more requests at once.</summary>
internal static class BenchServeCommand
{
    private const int WidestMilliseconds = 6;

    private static readonly int[] UsualConcurrency = [1, 2, 4, 8];

    public static Command Create(Surroundings surroundings)
    {
        Command command = new(
            "serve", "Asks a running daemon, more and more requests at once, and tells how long answers take.");
        AskedDaemon daemon = new(command);
        Option<string> model = command.Option("--model", "The model to ask: dualrs, or an expert.", ServedModel.Name);
        Option<string> mode = command.Choice("--mode", "What to ask for.", "certify", "certify", "predict");
        Option<int> count = command.Option("--n", "Samples of each stage.", 1000, Accepted.AtLeast(1));
        Option<int[]> concurrency = command.Several<int>(
            "--concurrency", $"Requests at once, a measurement each (default: {string.Join(' ', UsualConcurrency)}).",
            accepted: Accepted.AtLeast(1));
        Option<int> requests = command.Option("--requests", "Requests of a measurement.", 50, Accepted.AtLeast(1));
        JsonOption json = new(command, "measurement");
        command.SetAction(async (parsed, stopped) =>
        {
            (Uri url, string? key) = daemon.Read(parsed, surroundings);
            int[] sweep = parsed.GetValue(concurrency) is { Length: > 0 } given ? given : UsualConcurrency;
            using LoadRun load = new(
                url, key, parsed.GetValue(model)!, parsed.GetValue(mode)!, parsed.GetValue(count), surroundings.Clock);
            await load.WarmUpAsync(stopped);
            bool asJson = json.IsAsked(parsed);
            TextTable table = new(Columns);
            if (!asJson) table.WriteHead(surroundings.Out);
            foreach (int atOnce in sweep)
            {
                LoadMeasurement one = await load.MeasureAsync(atOnce, parsed.GetValue(requests), stopped);
                if (asJson)
                    surroundings.Out.Print(JsonSerializer.Serialize(one, LoadJson.Default.LoadMeasurement));
                else
                    table.WriteRow(surroundings.Out, Cells(one));
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<TextColumn> Columns =>
        new[] { "at once", "answers/s", "mean ms", "p50", "p90", "p95", "p99", "refused" }
            .Select(header => TextColumn.Number(header) with { Least = WidestMilliseconds });

    private static IEnumerable<string> Cells(LoadMeasurement one) =>
        new[]
        {
            one.Concurrency, one.AnswersPerSecond, one.MeanMs, one.P50Ms, one.P90Ms, one.P95Ms, one.P99Ms, one.Refused,
        }
            .Select(Short);

    private static string Short(double value) =>
        value.ToString(value < 100 && value != Math.Floor(value) ? "0.0" : "0", CultureInfo.InvariantCulture);
}
