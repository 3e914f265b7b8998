using System.Text.Json.Nodes;

namespace Router.Evaluation.Reports;

/// <summary>
/// The files of this folder that the assembly carries: libraries, fonts, chart templates, the report's page.
/// </summary>
internal static class EmbeddedFile
{
    /// <summary>The text of a file, named by its path below this folder.</summary>
    public static string Text(string path)
    {
        using StreamReader reader = new(Open(path));
        return reader.ReadToEnd();
    }

    /// <summary>The bytes of a file.</summary>
    public static byte[] Bytes(string path)
    {
        using Stream stream = Open(path);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A JSON object.</summary>
    public static JsonObject Json(string path) => JsonNode.Parse(Text(path))!.AsObject();

    private static Stream Open(string path) =>
        typeof(EmbeddedFile).Assembly.GetManifestResourceStream($"Reports/{path}")
        ?? throw new FileNotFoundException($"the assembly carries no Reports/{path}");
}
