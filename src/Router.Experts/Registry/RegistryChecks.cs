using System.IO.Compression;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Registry.Binding;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Registry;

/// <summary>
/// The faults that only the files themselves show: missing, changed, or of a kind that nobody vouched for.
/// </summary>
internal static class RegistryChecks
{
    /// <param name="claims">The files that are named.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="allowed">Where they may lie; anywhere where null.</param>
    /// <param name="read">Those that are read; all where null. Of others it does not matter what is there.</param>
    /// <param name="faults">Receives what is wrong.</param>
    public static void Run(
        IEnumerable<FileClaim> claims, string folder, ModelFolders? allowed, HashSet<string>? read, FaultList faults)
    {
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        foreach (FileClaim claim in claims)
        {
            try
            {
                Check(claim, folder, allowed, isRead: read?.Contains(claim.Path) != false, hashes, faults);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                faults.Add(claim.At, claim.Owner, $"{claim.Key} {claim.Path} cannot be read ({error.Message})",
                    "a readable file");
            }
        }
    }

    private static void Check(
        FileClaim claim, string folder, ModelFolders? allowed, bool isRead, Dictionary<string, string> hashes,
        FaultList faults)
    {
        // Before anything of it is looked at: even whether it exists is nobody's business.
        string[] files = [claim.Path,
            .. File.Exists(ModelCard.PathFor(claim.Path)) ? [ModelCard.PathFor(claim.Path)] : Array.Empty<string>()];
        if (allowed is not null && files.FirstOrDefault(file => !allowed.Hold(file)) is { } outside)
        {
            faults.Add(claim.At, claim.Owner,
                $"{claim.Key} {outside} is outside of the folders that models may come from",
                $"a file in {allowed}, links followed");
            return;
        }
        if (!isRead) return;
        // Nor is it opened: what is no file may never come back.
        if (RegularFile.OtherKind(claim.Path) is var other && (other is not null || !File.Exists(claim.Path)))
        {
            string problem = other is null ? "does not exist" : $"is {other}";
            faults.Add(claim.At, claim.Owner, $"{claim.Key} {claim.Path} {problem}",
                $"a file; relative paths start at {folder}");
            return;
        }
        if (!claim.Trusted && IsTorchScript(claim.Path))
            faults.Add(claim.At, claim.Owner,
                $"{claim.Key} {claim.Path} is a TorchScript archive, which libtorch parses natively",
                "architecture: torchscript and trust: true, if you trust its author; or a checkpoint of weights alone");
        if (claim.Sha256 is null)
            return;
        if (!hashes.TryGetValue(claim.Path, out string? hash))
            hashes[claim.Path] = hash = CheckpointFile.Sha256(claim.Path);
        if (hash != claim.Sha256)
            faults.Add(claim.ShaAt, claim.Owner, $"sha256 is {claim.Sha256}, but {claim.Path} has {hash}",
                "the hash of the file that is meant");
    }

    /// <summary>
    /// A zip with code beside its data; <c>torch.save</c> writes none. Only the directory of the archive is read.
    /// </summary>
    private static bool IsTorchScript(string path)
    {
        // An archive whose beginning is wrong does not close what it was given.
        using FileStream file = RegularFile.OpenRead(path);
        try
        {
            using ZipArchive archive = new(file, ZipArchiveMode.Read);
            return archive.Entries.Any(entry => entry.FullName.EndsWith("/constants.pkl", StringComparison.Ordinal));
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
