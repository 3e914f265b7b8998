using Router.Experts.Files;

namespace Router.Host.Cli;

/// <summary>
/// Who else may use a file that a deployment rests on; nothing is objected to where the system has no modes.
/// </summary>
internal static class FilePermissions
{
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// What is wrong with the mode of a secret, such as a private key. Its owner alone may use it, as ssh has it; one
    /// of root, or of another user who hands it to a group of this process, may be readable to that group, as
    /// PostgreSQL has it, because mounted secrets and keys of system services are.
    /// </summary>
    /// <returns>The mode, and the command that makes it right; null where nothing is wrong.</returns>
    public static string? OfSecret(string path) =>
        FileStatus.Of(path) is { } file ? OfSecret(path, file.Mode, file.IsOwn, Environment.IsPrivilegedProcess) : null;

    /// <inheritdoc cref="OfSecret(string)"/>
    internal static string? OfSecret(string path, UnixFileMode mode, bool isOwn, bool isRoot)
    {
        UnixFileMode accepted = isOwn && !isRoot ? UnixFileMode.None : UnixFileMode.GroupRead;
        return (mode & (Group | Others) & ~accepted) == UnixFileMode.None ? null
            : $"{path} holds a secret, and others may use it: its mode is {Octal(mode)}; make it private, "
              + $"chmod {(isOwn ? "600" : "640")} {path}";
    }

    /// <summary>
    /// What is wrong with the mode of a list of who is let in: everybody may read it, nobody but its owner may change
    /// it.
    /// </summary>
    /// <inheritdoc cref="OfSecret(string)" path="/returns"/>
    public static string? OfList(string path) =>
        FileStatus.Of(path) is { } file
            && (file.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None
            ? $"{path} says who is let in, and others may change it: its mode is {Octal(file.Mode)}; "
              + $"make it its owner's, chmod go-w {path}"
            : null;

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, toBase: 8).PadLeft(4, '0');
}
