using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Files;

namespace Router.Host.Commands;

/// <summary>
/// A certification log, what it is about and the counts in files beside it, and the records where they are kept, new or
/// continued; no other run writes them meanwhile.
/// </summary>
internal sealed class LogFiles : IDisposable
{
    // The locks first: they go last.
    private readonly Stack<IDisposable> _held = new();

    /// <param name="path">The log.</param>
    /// <param name="records">The records; null where none are kept.</param>
    /// <param name="resume">Whether a log that is there goes on.</param>
    /// <param name="about">What it is about.</param>
    /// <param name="terms">How images are certified.</param>
    /// <exception cref="FileInUseException">Another run writes one of the files.</exception>
    /// <exception cref="BadInputException">
    /// A new log would overwrite a file, or the log is about other images, was certified otherwise, or is not one of
    /// ours.
    /// </exception>
    public LogFiles(string path, string? records, bool resume, CertificationTerms about, RunTerms terms)
    {
        Path = path;
        CheckFolder(path);
        if (records is not null) CheckFolder(records);
        try
        {
            Hold(FileLock.Take(path));
            if (records is not null) Hold(FileLock.Take(records));
            if (!resume) CheckNewLog(path);
            TermsFile<CertificationTerms> begun = CertificationTerms.FileOf(path);
            if (IsBegun(path))
            {
                if (!begun.Exists)
                    throw new BadInputException(
                        begun.Path, $"it is missing, and says what {path} is about: restore it, or begin the log "
                        + "again, in another file");
                begun.Claim(about);
                (GoesOn, Log) = (true, Hold(CertifiedLog.Continue(path, terms, records)));
                return;
            }
            if (records is not null) CheckNew(records);
            // Those of a log that is gone are of no use.
            File.Delete(path);
            File.Delete(begun.Path);
            begun.Claim(about);
            Log = Hold(CertifiedLog.Create(path, records, terms.Passes));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    public CertifiedLog Log { get; }

    /// <summary>Whether it was begun before.</summary>
    public bool GoesOn { get; }

    /// <summary>Keeps a new file of records from every other run.</summary>
    /// <exception cref="BadInputException">It exists, or has no folder.</exception>
    /// <exception cref="FileInUseException">Another run writes it.</exception>
    public static FileLock Claim(string records)
    {
        CheckFolder(records);
        CheckNew(records);
        return FileLock.Take(records);
    }

    /// <summary>Refuses a log that has begun already.</summary>
    /// <exception cref="BadInputException">It has.</exception>
    public static void CheckNewLog(string path)
    {
        if (IsBegun(path))
            throw new BadInputException($"{path} exists: continue it with --resume, or choose another file");
    }

    public void Dispose()
    {
        while (_held.TryPop(out IDisposable? held)) held.Dispose();
    }

    private static bool IsBegun(string path) => File.Exists(path) && new FileInfo(path).Length > 0;

    private static void CheckFolder(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
            throw new BadInputException(
                $"there is no folder {folder} to write {System.IO.Path.GetFileName(path)} into");
    }

    private static void CheckNew(string records)
    {
        if (File.Exists(records))
            throw new BadInputException($"{records} exists: choose another file for the records");
    }

    private T Hold<T>(T held) where T : IDisposable
    {
        _held.Push(held);
        return held;
    }
}
