using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>A chart of a trade-off study: a Vega-Lite specification that carries its data.</summary>
public sealed class Chart
{
    private static readonly JsonSerializerOptions Rows = new(JsonSerializerDefaults.Web);

    private readonly Action<JsonObject, ChartTheme> _fill;

    private Chart(string name, Action<JsonObject, ChartTheme> fill) => (Name, _fill) = (name, fill);

    /// <summary>Its name, which is that of its files: "curves".</summary>
    public string Name { get; }

    /// <summary>
    /// The charts of a document. What a document has no figures for is left out: routes and losses where nothing is
    /// routed.
    /// </summary>
    /// <param name="document">What was found.</param>
    /// <param name="first">
    /// The radius of the Pareto plot's horizontal axis, the nearest of the grid; null takes the document's front, else
    /// 0.25.
    /// </param>
    /// <param name="second">That of its vertical axis, else 1.</param>
    public static ImmutableArray<Chart> Of(TradeoffDocument document, double? first = null, double? second = null)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Radii.IsEmpty || document.Systems.IsEmpty) return [];
        FeaturedSystems featured = new(document);
        ChartColours colours = new(document, featured);
        List<Chart> charts =
        [
            new("curves", new CurvesChart(document, featured, colours).Fill),
            new("pareto", new ParetoChart(document, featured, colours, first ?? document.Front?.First ?? 0.25, second
                ?? document.Front?.Second ?? 1).Fill),
        ];
        if (RoutesChart.Has(document, featured)) charts.Add(
            new("routes", new RoutesChart(document, featured, colours).Fill));
        LossesChart losses = new(featured);
        if (losses.Any)
        {
            charts.Add(new("losses", losses.FillLosses));
            charts.Add(new("limits", losses.FillLimits));
        }
        return [.. charts];
    }

    /// <summary>
    /// The chart of the README, five curves: the experts of the smallest and of the largest σ, the certificate as
    /// published, the best system of ours, and the best single expert at each radius. Null where a document has no such
    /// systems.
    /// </summary>
    /// <param name="document">What was found.</param>
    public static Chart? Headline(TradeoffDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Radii.IsEmpty || document.Systems.IsEmpty) return null;
        HeadlineChart headline = new(document, new(document));
        return headline.Any ? new("headline", headline.Fill) : null;
    }

    /// <summary>The Vega-Lite 6 specification, whole: data, configuration and colours of the theme.</summary>
    public JsonObject Spec(ChartTheme theme)
    {
        JsonObject spec = EmbeddedFile.Json($"Templates/{Name}.vl.json");
        spec["config"] = EmbeddedFile.Json($"Templates/{(theme == ChartTheme.Dark ? "dark" : "light")}.config.json");
        _fill(spec, theme);
        return spec;
    }

    /// <summary>Rows of data as a JSON array, names in camelCase.</summary>
    internal static JsonArray Data<T>(IEnumerable<T> rows) => JsonSerializer.SerializeToNode(rows, Rows)!.AsArray();

    /// <summary>Puts a domain and its colours, in the same order, on a chart's colour scale.</summary>
    internal static void Colour(JsonObject spec, IEnumerable<string> domain, IEnumerable<string> range)
    {
        JsonObject scale = spec["encoding"]!["color"]!["scale"]!.AsObject();
        (scale["domain"], scale["range"]) = (Data(domain), Data(range));
    }

    /// <summary>Leaves out of a scale, and so of its legend, what a chart does not have.</summary>
    internal static void KeepPresent(JsonNode scale, IEnumerable<string> present)
    {
        HashSet<string> kept = [.. present];
        JsonArray domain = scale["domain"]!.AsArray(), range = scale["range"]!.AsArray();
        for (int i = domain.Count - 1; i >= 0; i--)
            if (!kept.Contains((string)domain[i]!))
            {
                domain.RemoveAt(i);
                range.RemoveAt(i);
            }
    }

    /// <summary>The encoding of a layer by its name.</summary>
    internal static JsonObject Layer(JsonObject spec, string name) => spec["layer"]!.AsArray()
        .First(layer => (string?)layer!["name"] == name)!["encoding"]!.AsObject();

    /// <summary>Sets a parameter's value.</summary>
    internal static void Set(JsonObject spec, string parameter, JsonNode value) =>
        spec["params"]!.AsArray().First(one => (string?)one!["name"] == parameter)!["value"] = value;
}
