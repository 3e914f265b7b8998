using System.Globalization;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>
/// One colour per thing in all charts of a document: blues for experts, deeper with σ; Okabe and Ito's colours, which
/// the colour-blind tell apart, for kinds of systems; greys for what no system attains.
/// </summary>
internal sealed class ChartColours(TradeoffDocument document, FeaturedSystems featured)
{
    private static readonly string[] LightBlues = ["#9ccae1", "#4292c6", "#08306b"],
    DarkBlues = ["#e3eef9", "#6baed6", "#2a75b8"];

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        [SystemKinds.Single] = "#3b8bc4",
        [SystemKinds.Dual] = "#e69f00",
        [SystemKinds.Exclusion] = "#009e73",
        [SystemKinds.Quantile] = "#cc6699",
        [SystemKinds.Cascade] = "#d55e00",
        [SystemKinds.Hard] = "#b0a27a",
        [SystemKinds.Oracle] = "#8a8f98",
        [SystemKinds.Envelope] = "#5f6670",
        [SystemKinds.Attacked] = "#a03030",
    };

    // For systems of a kind that is already drawn.
    private static readonly string[] Others = ["#7b5ea7", "#8c6d31", "#17a2a2", "#c0504d", "#6b8e23"];

    /// <summary>Kinds in the order of legends, of those that the document has.</summary>
    public IEnumerable<string> KindsPresent =>
        Kinds.Keys.Where(kind => document.Systems.Any(system => system.Kind == kind));

    /// <summary>The colour of a kind.</summary>
    public static string OfKind(string kind, ChartTheme theme) => Kinds.TryGetValue(kind, out string? colour)
        ? (theme, kind) switch
        {
            // What is dim on black.
            (ChartTheme.Dark, SystemKinds.Attacked) => "#f0726a",
            (ChartTheme.Dark, SystemKinds.Envelope) => "#c3c9d0",
            _ => colour,
        }
        : "#8a8f98";

    /// <summary>Ids of the experts, ascending in σ.</summary>
    public IEnumerable<string> Experts =>
        document.Networks.Where(network => network.Role != "router").OrderBy(network => network.Sigma)
            .Select(network => network.Id);

    /// <summary>The colour of an expert.</summary>
    public string OfExpert(string id, ChartTheme theme)
    {
        string[] experts = [.. Experts];
        return Ramp(
            theme == ChartTheme.Dark ? DarkBlues : LightBlues,
            experts.Length < 2 ? 0.5 : Math.Max(0, Array.IndexOf(experts, id)) / (experts.Length - 1.0));
    }

    /// <summary>The colour of a system that is drawn on its own.</summary>
    public string OfSystem(StudySystem system, ChartTheme theme)
    {
        if (system.Kind == SystemKinds.Single) return OfExpert(system.Experts[0], theme);
        // What an attack left standing has the colour of the system that was attacked.
        if (system.Kind == SystemKinds.Attacked && TargetOf(system) is { } target) return OfSystem(target, theme);
        // The first of a kind has the kind's colour; all others have colours that no two of them share, as far as those
        // go.
        StudySystem[] others = [.. featured.All.Where(other => other.Kind is not (SystemKinds.Single
            or SystemKinds.Attacked) && featured.All.First(first => first.Kind == other.Kind) != other)];
        int position = Array.IndexOf(others, system);
        return position < 0 ? OfKind(system.Kind, theme) : Others[position % Others.Length];
    }

    // The one of the same mix and routing that the name holds, for dual and exclusion have the same routing.
    private StudySystem? TargetOf(StudySystem attacked) => featured.All
        .Where(other => other.Kind != SystemKinds.Attacked && other.IsAttained && other.Routing == attacked.Routing
            && other.Experts.SequenceEqual(attacked.Experts))
        .OrderByDescending(other => attacked.Name.Contains(other.Name, StringComparison.Ordinal)).FirstOrDefault();

    private static string Ramp(string[] stops, double at)
    {
        double place = at * (stops.Length - 1);
        int below = Math.Min((int)place, stops.Length - 2);
        double part = place - below;
        return "#" + string.Concat(((int[])[1, 3, 5]).Select(channel =>
            ((int)Math.Round(Channel(stops[below], channel) * (1 - part) + Channel(stops[below + 1], channel) * part))
                .ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static int Channel(string colour, int start) =>
        int.Parse(colour.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
