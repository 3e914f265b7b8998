using System.Security.Cryptography;

namespace Router.Engine.LibTorch;

/// <summary>
/// TorchSharp's native library for a C++ runtime older than GCC 13's, as Debian 12 and Ubuntu 22.04 have. GCC 13, which
/// linked it, has <c>&lt;iostream&gt;</c> name <c>std::ios_base_library_init()</c> of version GLIBCXX_3.4.32, so that a
/// program only runs with a libstdc++ that initialises the streams itself. No code calls it, and an older one needs no
/// call: there every translation unit that includes <c>&lt;iostream&gt;</c>, libtorch's among them, initialises them.
/// The copy asks for symbol and version weakly: it does without. Weak symbols: System V gABI, "Symbol Table"; weak
/// versions: Linux Standard Base Core, "Symbol Versioning".
/// </summary>
internal static class OlderRuntimeCopy
{
    /// <summary>The version that an older runtime has not.</summary>
    public const string Missing = "GLIBCXX_3.4.32";

    // Of TorchSharp 0.107.0. What belongs here for another, its tests find in the file.
    private const string OriginalHash = "cf33b1b0bb6bbb9754a768fb5c5d04d9f498603be50e73f55621a0b40ee608b8";
    private const string CopyHash = "05878b81850037cd6ca5647af7787de81dab51d3480856db5e272048f5fc7b7c";

    private static readonly (int Offset, byte Value)[] Edits =
    [
        (0x65c4, 0x22), // .dynsym, st_info of _ZSt21ios_base_library_initv: a function, STB_WEAK instead of STB_GLOBAL
        (0x3fa34, 0x02), // .gnu.version_r, vna_flags of GLIBCXX_3.4.32: VER_FLG_WEAK instead of none
    ];

    /// <summary>The copy, written where it is not there yet or is not what it should be.</summary>
    /// <param name="original">The library as it was packed.</param>
    /// <param name="cacheFolder">Where copies are kept, each below the hash of its original.</param>
    /// <exception cref="DllNotFoundException">The original is another file than this was made for.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Of(string original, string cacheFolder)
    {
        string path = Path.Combine(cacheFolder, "native", OriginalHash, Path.GetFileName(original));
        if (File.Exists(path) && Hash(File.ReadAllBytes(path)) == CopyHash) return path;
        byte[] bytes = Edited(original);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Of two processes each writes its own, and the one that is later puts the same in its place.
            string own = $"{path}.{Environment.ProcessId}";
            File.WriteAllBytes(own, bytes);
            File.Move(own, path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"this system's C++ runtime has no {Missing}, and the copy of {original} that does without cannot be "
                + $"kept in {cacheFolder}: {fault.Message} Set XDG_CACHE_HOME to a folder that can be written, or "
                + "update libstdc++", fault);
        }
        return path;
    }

    private static byte[] Edited(string original)
    {
        byte[] bytes = File.ReadAllBytes(original);
        if (Hash(bytes) != OriginalHash)
        {
            throw new DllNotFoundException(
                $"{original} is not the file of TorchSharp 0.107.0, and so is not changed to do without {Missing}, "
                + "which this system's C++ runtime does not have: restore the package anew, or update libstdc++");
        }
        foreach ((int offset, byte value) in Edits)
            bytes[offset] = value;
        return bytes;
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
