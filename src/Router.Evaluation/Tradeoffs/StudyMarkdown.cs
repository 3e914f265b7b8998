using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tradeoffs;

/// <summary>A study as a page: what it is about, certified accuracy, where radius is lost, what was chosen.</summary>
public static class StudyMarkdown
{
    private const int ComparedSystems = 10;

    /// <summary>Writes it.</summary>
    public static void Write(TradeoffDocument document, TextWriter output)
    {
        ImmutableArray<StudySystem> systems = ShownSystems.Of(document);
        output.WriteLine($"# {document.Title}\n");
        output.WriteLine($"{document.Images.Length} images, α = {Text(document.FailureProbability)} for each "
            + $"certificate, {document.Systems.Length} systems scored, {systems.Length} of them here. "
            + "*certificate*: every radius behind a figure is certified. *estimate*: what a certificate would give, "
            + "see below. *bound*: no single classifier attains it.\n");
        foreach (string caveat in document.Caveats)
            output.WriteLine($"- {caveat}");
        if (document.Caveats.Length > 0)
            output.WriteLine();
        WriteAccuracy(document, systems, output);
        WriteLosses(document, systems, output);
        if (document.Front is { } front)
            output.WriteLine($"\nNo system beats these in certified accuracy at {Text(front.First)}, at "
                + $"{Text(front.Second)} and in samples at once: {string.Join(", ", front.Systems)}.");
        if (document.Choice is { } choice)
            WriteChoice(choice, output);
        output.WriteLine("\n## Sources\n");
        Row(output, ["network", "images", "file", "SHA-256"], head: true);
        foreach (StudySource source in document.Sources)
            Row(output, [source.Network, Text(source.Images), source.Path, source.Sha256]);
    }

    private static void WriteAccuracy(TradeoffDocument document, ImmutableArray<StudySystem> systems, TextWriter output)
    {
        output.WriteLine("## Certified accuracy\n");
        output.WriteLine("The largest of what a classifier attains is bold in each column.\n");
        Row(output, ["certified accuracy at r", .. document.Radii.Select(Text), "abstained", "ACR", "samples", "GFLOP",
            "standing"], head: true);
        double[] best = ShownSystems.LargestShares(systems, document);
        foreach (StudySystem system in systems)
            Row(output, [
                system.Name,
                .. system.Accuracy.Select((at, k) => system.IsAttained && at.Share == best[k]
                    && at.Share > 0 ? $"**{Certified(at.Share)}**" : Certified(at.Share)),
                Share(system.Abstained), system.MeanRadius is { } mean ? Certified(mean) : "",
                Count(system.Cost.Samples), Count(system.Cost.Flops / 1e9), system.Standing,
            ]);
        int images = document.Images.Length, half = images / 2;
        output.WriteLine($"\nWith {images} images a share of one half has the 95 % interval "
            + $"{Low(ClopperPearson.Lower(half, images, 0.025).Value)} to "
            + $"{High(ClopperPearson.Upper(half, images, 0.025).Value)} (Clopper–Pearson); "
            + "the TSV has every interval, and what is certified with probability .999.");
    }

    private static void WriteLosses(TradeoffDocument document, ImmutableArray<StudySystem> systems, TextWriter output)
    {
        StudySystem[] routed =
            [.. systems.Where(system => system.Losses is not null && system.Kind != SystemKinds.Hard)];
        if (routed.Length == 0) return;
        string[] experts =
            [.. document.Networks.Where(network => network.Role == "expert").Select(network => network.Id)];
        output.WriteLine("\n## Where radius is lost\n");
        output.WriteLine("ΔR_route: what the routed expert alone proves beyond the system, for the route might change. "
            + "ΔR_expert: what the image's best expert proves beyond the routed one. Means over all images, of radii "
            + "that are 0 where the class is wrong. Of certified images, what limits the radius.\n");
        Row(output, ["system", "ΔR_route", "ΔR_expert", "by router", "by expert", "by peer or other stage",
            .. experts.Select(id => $"to {id}")], head: true);
        foreach (StudySystem system in routed)
            Row(output, [
                system.Name, Share(system.Losses!.Route), Share(system.Losses.Expert),
                Share(system.Losses.LimitedByRouter), Share(system.Losses.LimitedByExpert),
                Share(system.Losses.LimitedByPeer),
                .. experts.Select(
                    id => system.Experts.IndexOf(id) is >= 0 and var place ? Share(system.Routes[place]) : ""),
            ]);
    }

    private static void WriteChoice(StudyChoice choice, TextWriter output)
    {
        output.WriteLine("\n## Chosen\n");
        output.WriteLine($"Wanted: "
            + $"{string.Join(", ", choice.Wanted.Select(wish => $"{Text(wish.Weight)} at r = {Text(wish.Radius)}"))}"
            + $"{(choice.MaxCost is { } most ? $", at most {Text(most)} samples per image" : "")}. "
            + $"Of {choice.Considered} systems **{choice.Chosen}** does best on {choice.ChosenOn} images; on the other "
            + $"{choice.ReportedOn}, which had no say, it scores {Certified(choice.Score)}: "
            + string.Join(", ", choice.Accuracy.Select(
                at => $"{Certified(at.Share)} at {Text(at.Radius)} (95 %: {Low(at.Low)} to {High(at.High)})"))
                + (choice.Samples is { } samples ? $"; it takes {Count(samples)} samples per image there.\n" : ".\n"));
        output.WriteLine($"Differences to the others on those {choice.ReportedOn} images, paired; the intervals hold "
            + $"for all {choice.Against.Length} together at 95 % (Clopper–Pearson, Bonferroni). The "
            + $"{Math.Min(ComparedSystems, choice.Against.Length)} closest:\n");
        Row(output, ["less", "difference", "from", "to"], head: true);
        foreach (StudyDifference other in choice.Against.Take(ComparedSystems))
            Row(output, [other.System, Signed((decimal)other.Difference), Signed(Outward.Down(other.Low, 3)),
                Signed(Outward.Up(other.High, 3))]);
    }

    private static void Row(TextWriter output, string[] cells, bool head = false)
    {
        output.WriteLine(
            $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
        if (head) output.WriteLine($"|{string.Concat(Enumerable.Repeat(" --- |", cells.Length))}");
    }

    // Nothing that is certified is rounded up.
    private static string Certified(double share) => TowardZero.Text(share, 3).TrimStart('0');

    private static string Share(double? share) => share?.ToString(".000", CultureInfo.InvariantCulture) ?? "";

    private static string Low(double end) => Outward.Down(end, 3).ToString(".000", CultureInfo.InvariantCulture);

    private static string High(double end) => Outward.Up(end, 3).ToString(".000", CultureInfo.InvariantCulture);

    private static string Signed(decimal share) => share.ToString("+.000;−.000;.000", CultureInfo.InvariantCulture);

    private static string Count(double? count) => count?.ToString("0", CultureInfo.InvariantCulture) ?? "";

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
