using System.Collections.Immutable;

namespace Router.Evaluation.Reports;

/// <summary>What a report shows of a data set beyond the answers: pixels and names of classes.</summary>
/// <param name="Width">Columns of every image.</param>
/// <param name="Height">Rows.</param>
/// <param name="Labels">Names of the classes by label; empty where they are not known.</param>
/// <param name="Pixels">
/// By index in the data set: base64 of RGB bytes, pixel after pixel, row after row. Images without pixels may be
/// missing.
/// </param>
public sealed record ReportImages(
    int Width, int Height, ImmutableArray<string> Labels, ImmutableDictionary<int, string> Pixels);
