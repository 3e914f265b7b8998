using Router.Evaluation;
using Router.Host.Cli;
using Router.Smoothing;

namespace Router.Host.Commands;

/// <summary>
/// The secret that the noise of a long run follows from, in a file of its owner's until the run is done: continued, it
/// draws what it would have drawn. Otherwise whoever makes runs fail, having seen votes, would buy a second try
/// (docs/certificates.md, section 6).
/// </summary>
internal sealed class KeptSecret
{
    private const int Length = 32;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;

    private KeptSecret(string path, byte[] secret) => (_path, Seeds) = (path, new(secret, SeedOrigin.Server));

    /// <summary>Where noise comes from.</summary>
    public SeedSource Seeds { get; }

    /// <summary>The secret that is there, or a fresh one that is kept from now on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isBegun">Whether the run goes on; one that begins has no use for the secret of another.</param>
    /// <param name="surroundings">The outside.</param>
    /// <exception cref="BadInputException">The file holds something else.</exception>
    public static KeptSecret In(string path, bool isBegun, Surroundings surroundings)
    {
        if (!isBegun) File.Delete(path);
        if (!File.Exists(path))
        {
            byte[] fresh = surroundings.FreshSecret();
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
            using FileStream file = new(path, options);
            file.Write(fresh);
            file.Flush(flushToDisk: true);
            return new(path, fresh);
        }
        byte[] kept = File.ReadAllBytes(path);
        return kept.Length == Length ? new(path, kept) : throw new BadInputException(
            path, $"it has {kept.Length} bytes, and the secret of a run has {Length}: remove it, and a fresh one is "
            + "drawn");
    }

    /// <summary>The run is done.</summary>
    public void Forget() => File.Delete(_path);
}
