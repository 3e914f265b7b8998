using System.Globalization;

namespace Router.Evaluation.Tradeoffs;

/// <summary>Every system of a study, a row each, for other programs.</summary>
public static class StudyTsv
{
    private const int Decimals = 6;

    /// <summary>Writes it, tab-separated with one header row.</summary>
    public static void Write(TradeoffDocument document, TextWriter output)
    {
        Row(output, [
            "system", "kind", "experts", "routing", "standing",
            .. document.Radii.SelectMany(radius => (string[])[$"r{Text(radius)}", $"r{Text(radius)}_low",
                $"r{Text(radius)}_high", $"r{Text(radius)}_p999"]),
            "abstained", "mean_radius", "route_loss", "expert_loss", "by_router", "by_expert", "by_peer", "samples",
            "flops", "seconds",
        ]);
        foreach (StudySystem system in document.Systems)
            Row(output, [
                system.Name, system.Kind, string.Join(',', system.Experts), system.Routing, system.Standing,
                .. system.Accuracy.SelectMany(
                    at => (string[])[Text(at.Share), Text(Outward.Down(at.Low, Decimals)),
                        Text(Outward.Up(at.High, Decimals)), Text(Outward.Down(at.HighProbability, Decimals))]),
                Text(system.Abstained), Text(system.MeanRadius), Text(system.Losses?.Route),
                Text(system.Losses?.Expert),
                Text(system.Losses?.LimitedByRouter), Text(system.Losses?.LimitedByExpert),
                Text(system.Losses?.LimitedByPeer),
                Text(system.Cost.Samples), Text(system.Cost.Flops), Text(system.Cost.Seconds),
            ]);
    }

    private static void Row(TextWriter output, string[] fields) => output.Write(string.Join('\t', fields) + "\n");

    private static string Text(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    private static string Text(decimal value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
