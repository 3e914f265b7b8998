using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Router.Evaluation.Reports;

/// <summary>
/// Writes charts into a folder as <c>NAME.vl.json</c>, <c>NAME.svg</c> and <c>NAME.png</c>. Needs neither a browser nor
/// a network.
/// </summary>
public static class ChartRenderer
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes charts, over files of the same name.</summary>
    /// <param name="charts">Which.</param>
    /// <param name="folder">Where; it is created.</param>
    /// <param name="theme">On which ground.</param>
    /// <param name="cancellationToken">Stops between charts.</param>
    /// <returns>Paths of the files.</returns>
    public static async Task<ImmutableArray<string>> WriteAsync(
        ImmutableArray<Chart> charts, string folder, ChartTheme theme, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using ChartEngine engine = new();
        List<string> files = [];
        foreach (Chart chart in charts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string Named(string extension) => Path.Combine(folder, $"{chart.Name}.{extension}");
            await File.WriteAllTextAsync(
                Named("vl.json"), chart.Spec(theme).ToJsonString(Readable) + "\n", cancellationToken);
            string svg = engine.Svg(chart.Spec(theme));
            await File.WriteAllTextAsync(Named("svg"), svg + "\n", cancellationToken);
            await File.WriteAllBytesAsync(Named("png"), SvgPicture.Png(svg), cancellationToken);
            files.AddRange([Named("vl.json"), Named("svg"), Named("png")]);
        }
        return [.. files];
    }
}
