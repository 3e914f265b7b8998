using System.Text.Json.Nodes;

namespace Router.Evaluation.Reports;

/// <summary>The files of this folder that the assembly carries: libraries, chart templates, the report's page.</summary>
internal static class EmbeddedFile
{
    /// <summary>The text of a file, named by its path below this folder.</summary>
    public static string Text(string path)
    {
        using Stream stream = typeof(EmbeddedFile).Assembly.GetManifestResourceStream($"Reports/{path}")
            ?? throw new FileNotFoundException($"the assembly carries no Reports/{path}");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A JSON object.</summary>
    public static JsonObject Json(string path) => JsonNode.Parse(Text(path))!.AsObject();
}
