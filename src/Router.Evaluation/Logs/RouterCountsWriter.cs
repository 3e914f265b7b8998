using System.Globalization;
using System.Text;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Evaluation.Logs;

/// <summary>
/// A counts file of the router alone, of no certificate: no α is spent and no rule is applied, so that any mix and any rule can be studied on its
/// votes. Each row is flushed as it is written; continuing cuts off an unfinished last one.
/// </summary>
public sealed class RouterCountsWriter : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private static readonly string Header = string.Join('\t', CountsLogWriter.Columns);

    private readonly StreamWriter _writer;

    private RouterCountsWriter(StreamWriter writer) => _writer = writer;

    /// <summary>Begins a file, or continues the one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="function">The router.</param>
    /// <param name="counts">The samples it draws.</param>
    /// <param name="done">The images that are there already.</param>
    /// <exception cref="LogFormatException">A row is not one of ours, is of another function or of other samples, or its image stands twice.</exception>
    public static RouterCountsWriter Open(string path, FunctionId function, SampleCounts counts, out IReadOnlySet<int> done)
    {
        string[] lines = UnfinishedLines.WholeOf(path);
        HashSet<int> images = [];
        done = images;
        if (lines.Length == 0)
        {
            RouterCountsWriter begun = new(Writer(path, FileMode.Create));
            begun.Write(Header);
            return begun;
        }
        if (lines[0] != Header)
            throw new LogFormatException(path, 1, "these are not counts of this program (another header)");
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split('\t');
            if (fields.Length != CountsLogWriter.Columns.Count || fields[1] != AlphaLedger.Router)
                throw new LogFormatException(path, i + 1, $"expected {CountsLogWriter.Columns.Count} fields of a router");
            if (fields[4] != function.Value)
                throw new LogFormatException(path, i + 1, $"the router was another function, {fields[4]}: other weights, settings, build or machine");
            string drawn = $"{fields[9]} + {fields[13]}", planned = $"{counts.SelectionRange.To} + {counts.EstimationRange.To}";
            if (drawn != planned)
                throw new LogFormatException(path, i + 1, $"the router drew samples up to {drawn}, now {planned}");
            if (!int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || !images.Add(index))
                throw new LogFormatException(path, i + 1, $"idx '{fields[0]}': expected the index of an image that stands once");
        }
        UnfinishedLines.CutOff(path);
        return new(Writer(path, FileMode.Append));
    }

    /// <summary>Appends the votes on one image.</summary>
    public void Write(int index, string id, decimal sigma, NoiseStream stream, Votes selection, Votes estimation) => Write(string.Join('\t', [
        Text(index), AlphaLedger.Router, id, Text(sigma), estimation.FunctionId.Value, Text(stream.Seed), Text(stream.Id), "0",
        .. CountsLogWriter.Fields(selection), .. CountsLogWriter.Fields(estimation), "", "", "", new BoundFamily.FixedCount().ToString(), "",
    ]));

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write(string line)
    {
        _writer.Write(line + "\n");
        _writer.Flush();
    }

    private static StreamWriter Writer(string path, FileMode mode) => new(new FileStream(path, mode, FileAccess.Write, FileShare.Read), Utf8);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
