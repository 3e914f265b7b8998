using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Evaluation.Reports;

namespace Growth.Bench;

/// <summary>A chart of what grows, drawn as those of reports are.</summary>
internal static class GrowthChart
{
    public static void Write(Growing growing, string folder)
    {
        Directory.CreateDirectory(folder);
        JsonNode rows = JsonSerializer.SerializeToNode(growing.Points, JsonSerializerOptions.Web)!;
        JsonObject Axis(string field, string title, string scale) => new()
        {
            ["field"] = field, ["type"] = "quantitative", ["title"] = title,
            ["scale"] = new JsonObject { ["type"] = scale },
        };
        JsonObject across = Axis("x", growing.Across, "log"), up = Axis("value", growing.Up, "linear");
        across["scale"]!["base"] = 2;
        JsonObject whole = new()
        {
            ["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json",
            ["title"] = growing.Title, ["width"] = 560, ["height"] = 260,
            ["data"] = new JsonObject { ["values"] = rows },
            ["mark"] = new JsonObject { ["type"] = "line", ["point"] = true },
            ["encoding"] = new JsonObject
            {
                ["x"] = across, ["y"] = up,
                ["color"] = new JsonObject { ["field"] = "series", ["type"] = "nominal", ["title"] = null },
            },
            ["config"] = EmbeddedFile.Json("Templates/light.config.json"),
        };
        using ChartEngine engine = new();
        File.WriteAllText(Path.Combine(folder, $"{growing.Name}.svg"), engine.Svg(whole) + "\n");
    }
}
