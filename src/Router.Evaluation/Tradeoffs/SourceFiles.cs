using System.Text;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;

namespace Router.Evaluation.Tradeoffs;

/// <summary>
/// What lies in files and folders that somebody named: logs, counts and recordings of votes, told apart by how they
/// begin.
/// </summary>
public sealed class SourceFiles
{
    private const string RecordingTerms = ".votes.json";

    private readonly List<string> _logs = [], _counts = [], _recordings = [];

    /// <summary>Looks through files and folders, subfolders included.</summary>
    /// <param name="paths">Their full paths.</param>
    /// <exception cref="BadInputException">One is missing, or a file that was named is none of these.</exception>
    public SourceFiles(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
                foreach (string file in Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal))
                    Add(file);
            else if (!File.Exists(path))
                throw new BadInputException($"there is no file or folder {path}");
            else if (!Add(path))
                throw new BadInputException(
                    $"{path} is no certification log, no counts file and no recording of votes (…{RecordingTerms}): "
                    + $"a log begins with a tab-separated header that names idx, label, predict and radius");
        }
    }

    /// <summary>Certification logs.</summary>
    public IReadOnlyList<string> Logs => _logs;

    /// <summary>Counts files.</summary>
    public IReadOnlyList<string> Counts => _counts;

    /// <summary>Recordings, as folder and network.</summary>
    public IEnumerable<(string Folder, string Network)> Recordings =>
        _recordings.Select(path => (Path.GetDirectoryName(path)!, Path.GetFileName(path)[..^RecordingTerms.Length]));

    /// <summary>Whether a file is one of them, or beside one, as the terms of a run are.</summary>
    /// <param name="path">Its full path.</param>
    public bool Has(string path) =>
        _logs.Exists(log => IsOf(log, path)) || _counts.Exists(counts => counts == path || IsTerms(counts, path))
        || _recordings.Contains(path) || _recordings.Contains(path + ".json");

    /// <summary>Whether a file is a log, or its counts or terms.</summary>
    internal static bool IsOf(string log, string path) =>
        path == log || path == CountsLogWriter.PathFor(log) || path == CertificationTerms.FileOf(log).Path
        || IsTerms(log, path);

    private static bool IsTerms(string file, string path) =>
        path == PassTerms.FileIn(Path.GetDirectoryName(file)!).Path;

    private bool Add(string path)
    {
        if (path.EndsWith(RecordingTerms, StringComparison.Ordinal))
        {
            _recordings.Add(path);
            return true;
        }
        string first = FirstLine(path);
        bool counts = CountsLogReader.Begins(first), log = !counts && CertificationLogReader.Begins(first);
        if (counts) _counts.Add(path);
        if (log) _logs.Add(path);
        return counts || log;
    }

    // A header is short; what has no line end for so long is none.
    private static string FirstLine(string path)
    {
        byte[] start = new byte[4096];
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(start, 0, length).Split('\n')[0].TrimEnd('\r');
    }
}
