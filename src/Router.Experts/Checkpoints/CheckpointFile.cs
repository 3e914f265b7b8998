using System.Buffers.Binary;
using System.Security.Cryptography;
using Router.Experts.Checkpoints.TorchSave;
using Router.Experts.Files;

namespace Router.Experts.Checkpoints;

/// <summary>
/// Reads weights whatever the layout: <c>torch.save</c> in its legacy and its zip form, and safetensors. Nothing that a
/// file names is ever executed, and memory stays within a small multiple of the file's size.
/// </summary>
public static class CheckpointFile
{
    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="container">
    /// The key of <c>torch.save</c>'s dictionary that holds the weights; null to find it.
    /// </param>
    /// <exception cref="CheckpointException">The file is broken, forged, or of a kind that is refused.</exception>
    /// <exception cref="InvalidDataException">It is a pipe, a socket, a device or a folder.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Checkpoint Read(string path, string? container = null)
    {
        using FileStream stream = RegularFile.OpenRead(path);
        return Read(stream, path, container);
    }

    /// <summary>The hash of a checkpoint as it is on the disk now: 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static string Sha256(string path)
    {
        using FileStream stream = RegularFile.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Reads a checkpoint from its first to its last byte.</summary>
    /// <param name="stream">A stream that can seek; left open.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="container">
    /// The key of <c>torch.save</c>'s dictionary that holds the weights; null to find it.
    /// </param>
    /// <exception cref="CheckpointException">The content is broken, forged, or of a kind that is refused.</exception>
    public static Checkpoint Read(Stream stream, string name, string? container = null)
    {
        if (!stream.CanSeek)
            throw new ArgumentException("a checkpoint is read from a stream that can seek", nameof(stream));
        stream.Position = 0;
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
        CheckpointLayout layout = Detect(stream, name);
        stream.Position = 0;
        return layout switch
        {
            CheckpointLayout.SafeTensors when container is not null => throw new CheckpointException(
                name, entry: null, 0, $"there is no '{container}' in a safetensors file: its tensors stand alone"),
            CheckpointLayout.SafeTensors => SafeTensors.Read(stream, name, sha256),
            CheckpointLayout.TorchLegacy => TorchLegacy.Read(stream, name, sha256, container),
            _ => TorchZip.Read(stream, name, sha256, container),
        };
    }

    private static CheckpointLayout Detect(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[512];
        start.Clear();
        stream.Position = 0;
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start.StartsWith("PK\x03\x04"u8))
            return CheckpointLayout.TorchZip;
        if (read > 8 && start[8] == '{')
            return CheckpointLayout.SafeTensors;
        if (start[0] == 0x80 && start[1] is >= 2 and <= 5)
            return CheckpointLayout.TorchLegacy;
        string found = start[257..].StartsWith("ustar"u8)
            ? "found a tar archive (torch.save before PyTorch 0.2): load and save it once with a PyTorch of 2019"
            : $"found 0x{BinaryPrimitives.ReadUInt64BigEndian(start):x16}";
        throw new CheckpointException(
            name, entry: null, 0, $"expected torch.save (legacy or zip), safetensors or TorchScript, {found}");
    }
}
