using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Router.Evaluation.Reports;

/// <summary>Writes charts into a folder as <c>NAME.vl.json</c>, <c>NAME.svg</c> and <c>NAME.png</c>. Needs neither a browser nor a network.</summary>
public static class ChartRenderer
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Draws a chart as SVG.</summary>
    /// <exception cref="InvalidOperationException">Vega refused the specification.</exception>
    public static string Svg(Chart chart, ChartTheme theme)
    {
        ArgumentNullException.ThrowIfNull(chart);
        using ChartEngine engine = new();
        return engine.Svg(chart.Spec(theme));
    }

    /// <summary>Writes charts, over files of the same name.</summary>
    /// <param name="charts">Which.</param>
    /// <param name="folder">Where; it is created.</param>
    /// <param name="theme">On which ground.</param>
    /// <param name="cancellationToken">Stops between charts.</param>
    public static async Task<RenderedCharts> WriteAsync(
        ImmutableArray<Chart> charts, string folder, ChartTheme theme, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using ChartEngine engine = new();
        List<string> files = [];
        string? noPng = null;
        foreach (Chart chart in charts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string Named(string extension) => Path.Combine(folder, $"{chart.Name}.{extension}");
            await File.WriteAllTextAsync(Named("vl.json"), chart.Spec(theme).ToJsonString(Readable) + "\n", cancellationToken);
            await File.WriteAllTextAsync(Named("svg"), engine.Svg(chart.Spec(theme)) + "\n", cancellationToken);
            files.AddRange([Named("vl.json"), Named("svg")]);
            noPng ??= await PictureConverter.ConvertAsync(Named("svg"), Named("png"), cancellationToken);
            if (noPng is null) files.Add(Named("png"));
        }
        return new([.. files], noPng);
    }
}

/// <summary>What was written.</summary>
/// <param name="Files">Paths of the files.</param>
/// <param name="WithoutPng">Why PNG files were left out; null where they were not.</param>
public sealed record RenderedCharts(ImmutableArray<string> Files, string? WithoutPng);
