

namespace Router.Host.Serving.Http;

/// <summary>The description of every address, version 3.1 of OpenAPI, as it is shipped with the program.</summary>
internal static class OpenApiDocument
{
    /// <summary>JSON in UTF-8.</summary>
    public static byte[] Bytes { get; } = Read();

    private static byte[] Read()
    {
        using Stream document = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        using MemoryStream bytes = new();
        document.CopyTo(bytes);
        return bytes.ToArray();
    }
}
