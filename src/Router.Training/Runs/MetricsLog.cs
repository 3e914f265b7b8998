using System.Globalization;
using Router.Evaluation.Logs;
using Router.Experts.Files;

namespace Router.Training.Runs;

/// <summary>
/// The metrics of a training, tab-separated, a row per epoch. Rows are written before the state they belong to.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="sigmas">Of a network of several σ those; otherwise none.</param>
internal sealed class MetricsLog(string path, IReadOnlyList<decimal> sigmas)
{
    /// <summary>
    /// Whether the file is there and is not that of a training like this one whose first epoch was never finished.
    /// </summary>
    public bool IsAnothers
    {
        get
        {
            string[] begun = File.Exists(path) ? [.. AppendLog.LinesOf(path).Take(3)] : [];
            return begun.Length > 2 || (begun.Length > 0 && begun[0] != EpochMetrics.HeaderOf(sigmas));
        }
    }

    /// <summary>Begins it, or drops the rows of epochs whose state was never written.</summary>
    public void Open(int epochsDone)
    {
        IEnumerable<string> rows = AppendLog.LinesOf(path).Skip(1).Where(row =>
            int.TryParse(row.Split('\t')[0], CultureInfo.InvariantCulture, out int epoch) && epoch <= epochsDone);
        WholeFile.WriteLines(path, [EpochMetrics.HeaderOf(sigmas), .. rows]);
    }

    /// <summary>Adds a row.</summary>
    public void Append(EpochMetrics metrics) => File.AppendAllText(path, metrics.Line + "\n");
}
