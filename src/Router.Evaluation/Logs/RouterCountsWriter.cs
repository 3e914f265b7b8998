using System.Globalization;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Logs;

/// <summary>
/// A counts file of the router alone, of no certificate: no α is spent and no rule is applied, so that any mix and any
/// rule can be studied on its votes. Continuing cuts off an unfinished last row.
/// </summary>
internal sealed class RouterCountsWriter : IDisposable
{
    private readonly AppendLog _lines;

    private RouterCountsWriter(AppendLog lines) => _lines = lines;

    /// <summary>Begins a file, or continues the one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="function">The router.</param>
    /// <param name="counts">The samples it draws.</param>
    /// <param name="done">The images that are there already.</param>
    /// <exception cref="BadInputException">
    /// A row is not one of ours, is of another function or of other samples, or its image stands twice.
    /// </exception>
    public static RouterCountsWriter Open(
        string path, FunctionId function, SampleCounts counts, out IReadOnlySet<int> done)
    {
        string[] lines = AppendLog.LinesOf(path);
        HashSet<int> images = [];
        done = images;
        if (lines.Length == 0) return new(CountsLogWriter.Begin(path));
        foreach (TabbedRow row in CountsLogWriter.RowsOf(path, lines))
        {
            string voted = row[CountsLogWriter.Function];
            if (row[CountsLogWriter.Stage] != RecordStages.Router)
                throw row.Fault($"expected {CountsLogWriter.Columns.Count} fields of a router");
            if (voted != function.Value)
                throw row.Fault(
                    $"the router was another function, {voted}: other weights, settings, build or machine");
            string drawn = $"{row[CountsLogWriter.SelectionTo]} + {row[CountsLogWriter.EstimationTo]}";
            string planned = $"{counts.SelectionRange.To} + {counts.EstimationRange.To}";
            if (drawn != planned)
                throw row.Fault($"the router drew samples up to {drawn}, now {planned}");
            const string Accepted = "the index of an image that stands once";
            if (!images.Add((int)row.Whole(CountsLogWriter.Index, int.MaxValue, Accepted)))
                throw row.Fault(CountsLogWriter.Index, Accepted);
        }
        return new(AppendLog.Continue(path));
    }

    /// <summary>Appends the votes on one image.</summary>
    public void Write(
        int index, string id, decimal sigma, NoiseStream stream, VoteCounts selection, VoteCounts estimation) =>
            _lines.Write([
        Text(index), RecordStages.Router, id, Text(sigma), estimation.FunctionId.Value, Text(stream.Seed),
        Text(stream.Id), "0", .. CountsLogWriter.Fields(selection), .. CountsLogWriter.Fields(estimation),
        "", "", "", new BoundFamily.FixedCount().ToString(), "",
    ]);

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
