using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Host.Cli;

namespace Router.Host.Commands.Certify;

/// <summary>A certification log, the counts file beside it and the records where they are kept, new or continued.</summary>
internal sealed class LogFiles : IDisposable
{
    private LogFiles(string path, CertificationLogWriter log, CountsLogWriter counts, RecordLogWriter? records, IReadOnlyList<LogRow> done) =>
        (Path, Log, Counts, Records, Done) = (path, log, counts, records, done);

    public string Path { get; }

    public CertificationLogWriter Log { get; }

    public CountsLogWriter Counts { get; }

    /// <summary>Null where no records are kept.</summary>
    public RecordLogWriter? Records { get; }

    /// <summary>The rows that were there before.</summary>
    public IReadOnlyList<LogRow> Done { get; }

    /// <exception cref="InputFault">A new log would overwrite a file.</exception>
    /// <exception cref="LogFormatException">The log to continue was certified otherwise, or is not one of ours.</exception>
    public static LogFiles Open(string path, string? records, bool resume, RunTerms terms)
    {
        string counts = CountsLogWriter.PathFor(path);
        if (File.Exists(path) && new FileInfo(path).Length > 0)
        {
            if (!resume)
                throw new InputFault($"{path} exists: continue it with --resume, or choose another file");
            CertificationLogWriter log = CertificationLogWriter.Continue(path, out IReadOnlyList<LogRow> done);
            return new(
                path, log, CountsLogWriter.Continue(counts, done, terms.Difference), records is null ? null : RecordLogWriter.Continue(records, done), done);
        }
        CheckFolder(path);
        if (records is not null)
            CheckNew(records);
        File.Delete(path);
        return new(path, CertificationLogWriter.Create(path), CountsLogWriter.Create(counts), records is null ? null : RecordLogWriter.Create(records), []);
    }

    /// <exception cref="InputFault">A new file of records would overwrite one, or has no folder.</exception>
    public static void CheckNew(string records)
    {
        CheckFolder(records);
        if (File.Exists(records))
            throw new InputFault($"{records} exists: choose another file for the records");
    }

    private static void CheckFolder(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
            throw new InputFault($"there is no folder {folder} to write {System.IO.Path.GetFileName(path)} into");
    }

    public void Dispose()
    {
        Log.Dispose();
        Counts.Dispose();
        Records?.Dispose();
    }
}
