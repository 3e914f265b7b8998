namespace Router.Experts.Files;

/// <summary>
/// Files that are written beside and then moved into their place: there is the old one or the new one, whole, whatever
/// ends the process and however full the disk is.
/// </summary>
public static class WholeFile
{
    /// <summary>Writes a text.</summary>
    /// <exception cref="IOException">It cannot be written; what was there still is.</exception>
    public static void Write(string path, string text) => WriteText(path, writer => writer.Write(text));

    /// <summary>Writes lines, each ended by a line feed.</summary>
    /// <inheritdoc cref="Write(string, string)" path="/exception"/>
    public static void WriteLines(string path, IEnumerable<string> lines) => WriteText(path, writer =>
    {
        foreach (string line in lines) writer.Write(line + "\n");
    });

    /// <summary>Copies a file.</summary>
    /// <inheritdoc cref="Write(string, string)" path="/exception"/>
    public static void Copy(string from, string path) =>
        Replace(path, beside => File.Copy(from, beside, overwrite: true));

    /// <summary>Writes bytes, which are on the disk before the file is in its place.</summary>
    /// <inheritdoc cref="Write(string, string)" path="/exception"/>
    internal static void Write(string path, Action<FileStream> write) => Replace(path, beside =>
    {
        using FileStream stream = new(beside, FileMode.Create, FileAccess.Write, FileShare.None);
        write(stream);
        stream.Flush(flushToDisk: true);
    });

    /// <summary>What a file is called while it is written: nobody else's is, and what a kill left goes again.</summary>
    public static string Beside(string path) => path + ".dualrs-new";

    private static void WriteText(string path, Action<StreamWriter> write) => Write(path, stream =>
    {
        using StreamWriter writer = new(stream, leaveOpen: true);
        write(writer);
    });

    private static void Replace(string path, Action<string> make)
    {
        string beside = Beside(path);
        try
        {
            make(beside);
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
