using Router.Experts.Checkpoints;

namespace Router.Host.Commands.Cluster;

/// <summary>
/// Checkpoints of others, in a folder of this user, each by the name of its SHA-256. What has another hash is not let
/// in, and what does not have its own any more is taken out.
/// </summary>
/// <param name="folder">The folder; made where it is not there.</param>
internal sealed class ModelCache(string folder)
{
    /// <summary>A checkpoint; null where it is not there.</summary>
    /// <param name="sha256">Its hash, 64 lower-case hex digits.</param>
    public string? Find(string sha256)
    {
        string path = PathOf(sha256);
        if (!File.Exists(path)) return null;
        if (CheckpointFile.Sha256(path) == sha256) return path;
        File.Delete(path);
        return null;
    }

    /// <summary>Where a checkpoint lies that was found or taken in.</summary>
    /// <param name="sha256">Its hash.</param>
    public string PathOf(string sha256) => Path.Combine(folder, sha256);

    /// <summary>Takes a checkpoint in.</summary>
    /// <param name="sha256">The hash that it has to have.</param>
    /// <param name="copy">Writes it; false where there is none.</param>
    /// <returns>The hash that it has; null where there was none.</returns>
    public async Task<string?> TakeAsync(string sha256, Func<Stream, Task<bool>> copy)
    {
        Directory.CreateDirectory(folder);
        // Of this process alone: others may take in the same.
        string beside = Path.Combine(folder, $"{sha256}.{Environment.MachineName}-{Environment.ProcessId}");
        try
        {
            await using (FileStream file = new(beside, FileMode.Create, FileAccess.Write))
                if (!await copy(file)) return null;
            string hash = CheckpointFile.Sha256(beside);
            if (hash == sha256) File.Move(beside, PathOf(sha256), overwrite: true);
            return hash;
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
