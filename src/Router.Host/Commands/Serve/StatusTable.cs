using System.Globalization;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Serve;

/// <summary>A report for the terminal.</summary>
internal static class StatusTable
{
    private const int ShownOfFunction = 8;
    private const double Mebi = 1 << 20, Gibi = 1 << 30;

    public static void Write(IAnsiConsole console, StatusReport report)
    {
        console.Print(
            $"dualrs {report.Version?.Split('+')[0]} at {report.Url}: {report.State}, registry epoch "
            + $"{report.Models[0].Version}");
        Models(report).Write(console);
        foreach ((string name, string value) in Lines(report))
            console.Print($"  {name,-9} {value}");
    }

    private static TextTable Models(StatusReport report)
    {
        TextTable table = new([
            TextColumn.Whole("model"), TextColumn.Words("state"), TextColumn.Number("σ"), TextColumn.Whole("function"),
            .. new[] { "images", "failed", "passes", "fill", "ms/pass" }.Select(TextColumn.Number)]);
        foreach (ModelStatus model in report.Models)
        {
            PassStatus? passes = report.Passes.FirstOrDefault(one => one.Network == model.Network);
            table.Add(
                model.Network, model.Reason.Length > 0 ? $"{model.State}: {model.Reason}" : model.State,
                model.Sigma ?? "", Short(model.Function), Number(model.Images), Number(model.Failures),
                passes is null ? "" : Number(passes.Count), passes is null ? "" : Percent(passes.Fill),
                passes is null ? "" : Milliseconds(passes.MeanSeconds));
        }
        return table;
    }

    private static IEnumerable<(string Name, string Value)> Lines(StatusReport report)
    {
        RequestStatus requests = report.Requests;
        yield return ("requests", requests.Outcomes.Count == 0 ? "none yet"
            : string.Join(", ", requests.Outcomes.Select(outcome => $"{Number(outcome.Value)} {outcome.Key}")));
        if (requests is { P50: { } half, P95: { } most })
            yield return ("answers",
                $"half {Within(half)}, 95 % {Within(most)}; 95 % had their turn {Within(requests.QueueP95 ?? 0)}");
        if (requests.OthersP95 is { } others)
            yield return ("others", $"95 % were over {Within(others)}");
        yield return (
            "now", $"{Number(requests.ImagesInFlight)} images in flight, {Number(requests.Waiting)} requests waiting");
        if (report.Routes.Count > 0)
            yield return ("routes",
                string.Join(", ",
                report.Routes.OrderByDescending(route => route.Value)
                .Select(route => $"{route.Key} {Percent(route.Value)}")));
        if (report.CacheHits is { } hits)
            yield return ("cache", $"{Percent(hits)} of images were kept answers, nothing drawn");
        foreach (DeviceStatus device in report.Devices)
            yield return (device.Device,
                $"{Bytes(device.UsedBytes)} of {Bytes(device.TotalBytes)}, {Number(device.WaitingSamples)} samples "
                + "waiting");
    }

    private static string Short(string? function) =>
        function is null ? "" : function.Length <= ShownOfFunction ? function : function[..ShownOfFunction] + "…";

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Milliseconds(double seconds) =>
        (1000 * seconds).ToString(seconds < 0.01 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Within(double seconds) =>
        double.IsInfinity(seconds) ? "after the last bucket's bound" : $"within {Milliseconds(seconds)} ms";

    private static string Bytes(long bytes) => bytes < Gibi
        ? (bytes / Mebi).ToString("0", CultureInfo.InvariantCulture) + " MiB"
        : (bytes / Gibi).ToString("0.0", CultureInfo.InvariantCulture) + " GiB";
}
