using System.Globalization;
using Router.Evaluation.Logs;

namespace Router.Training.Runs;

/// <summary>The metrics of a training, tab-separated, a row per epoch. Rows are written before the state they belong to.</summary>
/// <param name="path">The file.</param>
internal sealed class MetricsLog(string path)
{
    /// <summary>Begins it, or drops the rows of epochs whose state was never written.</summary>
    public void Open(int epochsDone)
    {
        string[] rows = [.. UnfinishedLines.WholeOf(path).Skip(1).Where(row => int.TryParse(row.Split('\t')[0], CultureInfo.InvariantCulture, out int epoch) && epoch <= epochsDone)];
        // Beside and then in its place: what a full disk does not take, it does not lose either.
        string beside = path + ".partial";
        File.WriteAllLines(beside, [EpochMetrics.Header, .. rows]);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Adds a row.</summary>
    public void Append(EpochMetrics metrics) => File.AppendAllText(path, metrics.Line + "\n");
}
