using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>
/// A trade-off document as one HTML file that needs no network: libraries, styles and data are inside, and its content
/// security policy lets nothing be loaded and no script run but those it was written with.
/// </summary>
public static class HtmlReport
{
    private static readonly string[] Scripts =
    [
        "Assets/vega.min.js", "Assets/vega-lite.min.js", "Assets/vega-embed.min.js",
        "Page/page.js", "Page/tables.js", "Page/charts.js", "Page/gallery.js", "Page/downloads.js", "Page/start.js",
    ];

    private static readonly JsonSerializerOptions Embedded = new(JsonSerializerDefaults.Web);

    /// <summary>Writes the report.</summary>
    /// <param name="document">What it reports.</param>
    /// <param name="writer">Where; UTF-8 is declared.</param>
    /// <param name="images">Pixels and names of classes, or null.</param>
    public static void Write(TradeoffDocument document, TextWriter writer, ReportImages? images)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(writer);
        string[] scripts = [.. Scripts.Select(path => "\n" + Script(path))];
        Dictionary<string, string> parts = new(StringComparer.Ordinal)
        {
            ["policy"] = Policy(scripts),
            ["title"] = WebUtility.HtmlEncode(document.Title),
            ["style"] = EmbeddedFile.Text("Page/report.css"),
            ["document"] = TradeoffJson.Text(document),
            ["charts"] = Charts(document).ToJsonString(Embedded),
            ["images"] = JsonSerializer.Serialize(images, Embedded),
            ["scripts"] = string.Concat(scripts.Select(text => $"<script>{text}</script>\n")),
        };
        // Split once, so that nothing that is filled in is looked through for places to fill.
        string[] pieces = EmbeddedFile.Text("Page/report.html").Split("{{");
        writer.Write(pieces[0]);
        foreach (string piece in pieces[1..])
        {
            string[] halves = piece.Split("}}", 2);
            writer.Write(parts[halves[0]]);
            writer.Write(halves[1]);
        }
    }

    // A page's policy names each script by the hash of its text: whatever else a data set's paths and names hold, it
    // does not run. Charts are evaluated by Vega's interpreter, which needs no eval.
    private static string Policy(string[] scripts)
    {
        IEnumerable<string> hashes =
            scripts.Select(text => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'");
        return $"default-src 'none'; script-src {string.Join(' ', hashes)}; style-src 'unsafe-inline'; img-src data: "
            + $"blob:; base-uri 'none'; form-action 'none'";
    }

    private static string Script(string path)
    {
        string text = EmbeddedFile.Text(path);
        return text.Contains("</script", StringComparison.OrdinalIgnoreCase)
            || text.Contains('\r', StringComparison.Ordinal)
            ? throw new InvalidOperationException(
                $"{path} cannot stand inside a page: it holds a closing tag or a carriage return")
            : text;
    }

    // Light and dark differ in little: the data, which is most of a chart, stands once.
    private static JsonArray Charts(TradeoffDocument document) =>
    [
        .. Chart.Of(document).Select(chart =>
        {
            JsonObject light = chart.Spec(ChartTheme.Light), dark = chart.Spec(ChartTheme.Dark);
            JsonNode data = light["datasets"]!.DeepClone();
            foreach (JsonObject spec in (JsonObject[])[light, dark])
                foreach (string elsewhere in (string[])["datasets", "$schema"])
                    spec.Remove(elsewhere);
            return new JsonObject { ["name"] = chart.Name, ["datasets"] = data, ["light"] = light, ["dark"] = dark };
        }),
    ];
}
