using Router.Evaluation;
using Router.Experts.Files;
using Router.Smoothing;

namespace Router.Host.Cli;

/// <summary>
/// The secret that noise follows from, in a file of its owner's: whoever goes on with a run, or starts a daemon again,
/// draws what would have been drawn. Otherwise whoever makes them end, having seen votes, would buy a second try
/// (docs/certificates.md, section 6).
/// </summary>
internal sealed class KeptSecret
{
    private const int Length = 32;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;

    private KeptSecret(string path, byte[] secret) => (_path, Bytes) = (path, secret);

    /// <summary>The 32 bytes.</summary>
    public byte[] Bytes { get; }

    /// <summary>Where noise comes from.</summary>
    public SeedSource Seeds => new(Bytes, SeedOrigin.Server);

    /// <summary>The secret of a run, which lies beside what it writes until it is done.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isBegun">Whether the run goes on; one that begins has no use for the secret of another.</param>
    /// <param name="surroundings">The outside.</param>
    /// <exception cref="BadInputException">The file holds something else, or others may read it.</exception>
    public static KeptSecret In(string path, bool isBegun, Surroundings surroundings)
    {
        if (!isBegun) File.Delete(path);
        return In(path, surroundings);
    }

    /// <summary>The secret that is there, or a fresh one that is kept from now on.</summary>
    /// <inheritdoc cref="In(string, bool, Surroundings)"/>
    public static KeptSecret In(string path, Surroundings surroundings)
    {
        if (RegularFile.Objection(path) is { } other) throw new BadInputException(other);
        if (!File.Exists(path)) Keep(path, surroundings.FreshSecret());
        if (FilePermissions.OfSecret(path) is { } open) throw new BadInputException(open);
        byte[] kept = File.ReadAllBytes(path);
        return kept.Length == Length ? new(path, kept) : throw new BadInputException(
            $"{path}: it has {kept.Length} bytes, and a secret has {Length}: remove it, and a fresh one is drawn");
    }

    /// <summary>The run is done.</summary>
    public void Forget() => File.Delete(_path);

    // Whole or not at all; of several processes that begin with one file at the same time, one is first.
    private static void Keep(string path, byte[] fresh)
    {
        string folder = Path.GetDirectoryName(path)!, beside = $"{path}.{Path.GetRandomFileName()}";
        if (!Directory.Exists(folder))
            throw new BadInputException($"{path} cannot be written: there is no folder {folder}");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
        try
        {
            using (FileStream file = new(beside, options))
            {
                file.Write(fresh);
                file.Flush(flushToDisk: true);
            }
            FirstFile.Name(beside, path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new BadInputException($"{path} cannot be written: the folder {folder} takes no file of this user");
        }
    }
}
