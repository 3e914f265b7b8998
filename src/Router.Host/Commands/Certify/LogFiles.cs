using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Host.Cli;

namespace Router.Host.Commands.Certify;

/// <summary>A certification log and the counts file beside it, new or continued.</summary>
internal sealed class LogFiles : IDisposable
{
    private LogFiles(string path, CertificationLogWriter log, CountsLogWriter counts, IReadOnlyList<LogRow> done) =>
        (Path, Log, Counts, Done) = (path, log, counts, done);

    public string Path { get; }

    public CertificationLogWriter Log { get; }

    public CountsLogWriter Counts { get; }

    /// <summary>The rows that were there before.</summary>
    public IReadOnlyList<LogRow> Done { get; }

    /// <exception cref="InputFault">A new log would overwrite a file.</exception>
    /// <exception cref="LogFormatException">The log to continue was certified otherwise, or is not one of ours.</exception>
    public static LogFiles Open(string path, bool resume, RunTerms terms)
    {
        string counts = CountsLogWriter.PathFor(path);
        if (File.Exists(path) && new FileInfo(path).Length > 0)
        {
            if (!resume)
                throw new InputFault($"{path} exists: continue it with --resume, or choose another file");
            CertificationLogWriter log = CertificationLogWriter.Continue(path, out IReadOnlyList<LogRow> done);
            return new(path, log, CountsLogWriter.Continue(counts, done, terms.Difference), done);
        }
        if (System.IO.Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
            throw new InputFault($"there is no folder {folder} to write {System.IO.Path.GetFileName(path)} into");
        File.Delete(path);
        return new(path, CertificationLogWriter.Create(path), CountsLogWriter.Create(counts), []);
    }

    public void Dispose()
    {
        Log.Dispose();
        Counts.Dispose();
    }
}
