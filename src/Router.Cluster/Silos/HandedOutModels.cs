using System.Collections.Immutable;

namespace Router.Cluster.Silos;

/// <summary>
/// The checkpoints that a member hands to others by their hash: what the registry of a gateway names. Nobody can ask
/// for anything else of its files.
/// </summary>
internal sealed class HandedOutModels
{
    // A part of a file for each call: others get in between.
    private const int PartBytes = 1 << 20;

    /// <summary>The files, by SHA-256 (64 lower-case hex digits).</summary>
    public ImmutableDictionary<string, string> Files { get; set; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A part of one of them.</summary>
    public async Task<ModelPart> ReadAsync(string sha256, long offset, CancellationToken cancellationToken)
    {
        if (!Files.TryGetValue(sha256, out string? path)) return new(-1, []);
        await using FileStream file = File.OpenRead(path);
        file.Seek(Math.Max(0, offset), SeekOrigin.Begin);
        byte[] bytes = new byte[Math.Clamp(file.Length - file.Position, 0, PartBytes)];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return new(file.Length, bytes);
    }
}
