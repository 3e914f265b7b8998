using Router.Evaluation.Logs;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;

namespace Router.Evaluation.Runs;

/// <summary>
/// A certification log with the counts beside it, and the records where they are kept, written together: the record and
/// the counts of an image before its row, so that a log never lacks what its rows follow from. Whoever opens it holds
/// the lock of the log.
/// </summary>
public sealed class CertifiedLog : IDisposable
{
    // In the order they are opened; closed from the last.
    private readonly Stack<IDisposable> _open = new();
    private readonly CertificationLogWriter _rows;
    private readonly CountsLogWriter _counts;
    private readonly RecordLogWriter? _records;

    private CertifiedLog(string path, string? records, RunTerms? terms, bool passes = false)
    {
        string counts = CountsLogWriter.PathFor(path);
        try
        {
            if (terms is null)
            {
                _rows = Opened(CertificationLogWriter.Create(path));
                _counts = Opened(CountsLogWriter.Create(counts, passes));
                _records = records is null ? null : Opened(RecordLogWriter.Create(records));
                return;
            }
            _rows = Opened(CertificationLogWriter.Continue(path, out IReadOnlyList<LogRow> done));
            Done = done;
            _counts = Opened(CountsLogWriter.Continue(counts, done, terms));
            _records = records is null ? null : Opened(RecordLogWriter.Continue(records, done));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The rows that were there before.</summary>
    public IReadOnlyList<LogRow> Done { get; } = [];

    /// <summary>Begins a log; counts that lost theirs are replaced.</summary>
    /// <param name="path">The log.</param>
    /// <param name="records">The file of records; null where none are kept.</param>
    /// <param name="passes">Whether an expert keeps votes back: <see cref="RunTerms.Passes"/>.</param>
    /// <exception cref="IOException">The log or the records exist, or cannot be written.</exception>
    public static CertifiedLog Create(string path, string? records = null, bool passes = false) =>
        new(path, records, terms: null, passes);

    /// <summary>Continues a log: what was not written to its end, or has no row in the log, is dropped.</summary>
    /// <param name="path">The log.</param>
    /// <param name="terms">What every image of it must have been certified with.</param>
    /// <param name="records">The file of records; null where none are kept.</param>
    /// <exception cref="BadInputException">A file is not ours, lacks something, or was certified otherwise.</exception>
    public static CertifiedLog Continue(string path, RunTerms terms, string? records = null) =>
        new(path, records, terms);

    /// <summary>Appends an image.</summary>
    /// <param name="image">The image with its certificate.</param>
    /// <param name="sampling">The plan its votes were drawn by.</param>
    /// <param name="origin">Where its seed came from.</param>
    /// <param name="record">Makes its record; asked where records are kept, and needed there.</param>
    public void Write(
        CertifiedImage image, SamplingPlan sampling, SeedOrigin origin,
        Func<Certificate, CertificateRecord>? record = null)
    {
        if (_records is not null)
        {
            ArgumentNullException.ThrowIfNull(record);
            _records.Write(record(image.Certificate));
        }
        _counts.Write(image.Image.Index, image.Certificate, sampling);
        _rows.Write(image.ToRow(origin));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_open.TryPop(out IDisposable? file)) file.Dispose();
    }

    private T Opened<T>(T file) where T : IDisposable
    {
        _open.Push(file);
        return file;
    }
}
