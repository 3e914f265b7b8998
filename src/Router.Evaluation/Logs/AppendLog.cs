using System.Text;
using Router.Experts.Files;

namespace Router.Evaluation.Logs;

/// <summary>
/// A file of lines that grows, each flushed as it is written: a process that is killed loses at most the line it was
/// writing, and continuing cuts that one off. It may be read meanwhile.
/// </summary>
public sealed class AppendLog : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly StreamWriter _writer;
    private FileLock? _lock;

    private AppendLog(string path, FileMode mode) =>
        _writer = new(new FileStream(path, mode, FileAccess.Write, FileShare.Read), Utf8);

    /// <summary>Begins a file.</summary>
    /// <exception cref="IOException">It exists, or cannot be written.</exception>
    public static AppendLog Create(string path) => new(path, FileMode.CreateNew);

    /// <summary>Begins a file, in the place of what is there.</summary>
    public static AppendLog Replace(string path) => new(path, FileMode.Create);

    /// <summary>Goes on after the last whole line.</summary>
    public static AppendLog Continue(string path)
    {
        // Cut by bytes: an unfinished line may end within a letter.
        int whole = Array.LastIndexOf(File.ReadAllBytes(path), (byte)'\n') + 1;
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write)) file.SetLength(whole);
        return new(path, FileMode.Append);
    }

    /// <summary>Goes on after some of its lines, all others being dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kept">Which, without their ends.</param>
    public static AppendLog Continue(string path, IEnumerable<string> kept)
    {
        WholeFile.WriteLines(path, kept);
        return new(path, FileMode.Append);
    }

    /// <summary>Holds the file's lock from before anybody looks at what it holds until the log is closed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="open">Looks, and begins or continues it.</param>
    /// <exception cref="FileInUseException">Another run writes it.</exception>
    public static AppendLog Exclusive(string path, Func<AppendLog> open)
    {
        FileLock held = FileLock.Take(path);
        try
        {
            AppendLog log = open();
            log._lock = held;
            return log;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The whole lines of a file, without their ends; none where there is no file.</summary>
    public static string[] LinesOf(string path) =>
        File.Exists(path) && File.ReadAllText(path) is var text && text.LastIndexOf('\n') is >= 0 and var end
            ? text[..end].Split('\n')
            : [];

    /// <summary>Appends a line of fields with tabs between them.</summary>
    public void Write(params IEnumerable<string> fields)
    {
        _writer.Write(string.Join('\t', fields) + "\n");
        _writer.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _lock?.Dispose();
    }
}
