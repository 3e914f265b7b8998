namespace Router.Experts.Files;

/// <summary>
/// Files that are written beside and then moved into their place: there is the old one or the new one, whole, whatever
/// ends the process and however full the disk is.
/// </summary>
public static class WholeFile
{
    /// <summary>Writes a text.</summary>
    /// <exception cref="IOException">It cannot be written; what was there still is.</exception>
    public static void Write(string path, string text) => Write(path, writer => writer.Write(text));

    /// <summary>Writes lines, each ended by a line feed.</summary>
    /// <inheritdoc cref="Write(string, string)" path="/exception"/>
    public static void WriteLines(string path, IEnumerable<string> lines) => Write(path, writer =>
    {
        foreach (string line in lines) writer.Write(line + "\n");
    });

    /// <summary>Copies a file.</summary>
    /// <inheritdoc cref="Write(string, string)" path="/exception"/>
    public static void Copy(string from, string path) =>
        Replace(path, beside => File.Copy(from, beside, overwrite: true));

    private static void Write(string path, Action<StreamWriter> write) => Replace(path, beside =>
    {
        using StreamWriter writer = new(beside);
        write(writer);
    });

    private static void Replace(string path, Action<string> make)
    {
        string beside = path + ".new";
        make(beside);
        File.Move(beside, path, overwrite: true);
    }
}
