using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Tradeoffs;

/// <summary>A folder of hand-made logs.</summary>
internal sealed class StudyFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-study-");

    public string Path => _folder.FullName;

    /// <summary>A log of "idx label predict radius" rows, as Cohen's program writes it.</summary>
    public string Log(string name, params string[] rows) =>
        Text(name, string.Concat(new[] { "idx\tlabel\tpredict\tradius\tcorrect\ttime" }.Concat(rows.Select(Whole))
            .Select(row => row + "\n")));

    public string Text(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The study of everything in the folder, or of some of it.</summary>
    public TradeoffDocument Study(Func<TradeoffRequest, TradeoffRequest>? with = null, params string[] paths) =>
        TradeoffStudy.Of((with ?? (request => request))(Request(paths)));

    public TradeoffRequest Request(params string[] paths) =>
        new(new(new(paths.Length == 0 ? [Path] : paths), [], null, 100, null,
            path => System.IO.Path.GetRelativePath(Path, path)), "a study");

    public void Dispose() => _folder.Delete(recursive: true);

    // "0 3 3 0.5": correct and time follow.
    private static string Whole(string row)
    {
        string[] fields = row.Split(' ');
        return string.Join('\t', [.. fields, fields[1] == fields[2] ? "1" : "0", "0:00:02.5"]);
    }
}

internal static class DocumentReading
{
    public static StudySystem System(this TradeoffDocument document, string name) =>
        document.Systems.Single(system => system.Name == name);

    public static double At(this StudySystem system, double radius) =>
        system.Accuracy.Single(at => at.Radius == radius).Share;
}
