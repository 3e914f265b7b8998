namespace Router.Evaluation.Logs;

/// <summary>What a writer that was killed leaves: whole lines, and perhaps the beginning of one more.</summary>
public static class UnfinishedLines
{
    /// <summary>The whole lines of a file, without their ends; none where there is no file.</summary>
    /// <param name="path">The file.</param>
    public static string[] WholeOf(string path) =>
        File.Exists(path) && File.ReadAllText(path) is var text && text.LastIndexOf('\n') is >= 0 and var end ? text[..end].Split('\n') : [];

    /// <summary>Cuts off what follows the last whole line. By bytes: an unfinished line may end within a letter.</summary>
    /// <param name="path">The file.</param>
    public static void CutOff(string path)
    {
        int whole = Array.LastIndexOf(File.ReadAllBytes(path), (byte)'\n') + 1;
        using FileStream file = new(path, FileMode.Open, FileAccess.Write);
        file.SetLength(whole);
    }
}
