namespace Router.Evaluation.Logs;

/// <summary>What a writer that was killed leaves: whole lines, and perhaps the beginning of one more.</summary>
internal static class UnfinishedLines
{
    /// <summary>The whole lines of a file, without their ends; none where there is no file.</summary>
    public static string[] WholeOf(string path) =>
        File.Exists(path) && File.ReadAllText(path) is var text && text.LastIndexOf('\n') is >= 0 and var end ? text[..end].Split('\n') : [];
}
