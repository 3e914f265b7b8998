using System.Globalization;
using System.Runtime.InteropServices;

namespace Router.Engine;

/// <summary>
/// The libraries that hold a GPU's kernels beside libtorch. Those of an installed PyTorch are packages of their own,
/// which may change while its version stays.
/// </summary>
internal static unsafe class CudaLibraries
{
    private static readonly (string Name, string[] Files, string Function)[] Known =
    [
        ("cuDNN", ["libcudnn.so.9"], "cudnnGetVersion"),
        ("cuBLASLt", ["libcublasLt.so.13", "libcublasLt.so.12"], "cublasLtGetVersion"),
    ];

    /// <summary>Their names and versions: "cuDNN 91900, cuBLASLt 130100"; "none" for one that is not loaded.</summary>
    public static string Versions { get; } =
        string.Join(", ", Known.Select(known => $"{known.Name} {VersionOf(known.Files, known.Function)}"));

    // Who asks by name gets the one that libtorch has loaded.
    private static string VersionOf(string[] files, string function)
    {
        foreach (string file in files)
            if (NativeLibrary.TryLoad(file, out nint library)
                && NativeLibrary.TryGetExport(library, function, out nint version))
                return ((delegate* unmanaged<nuint>)version)().ToString(CultureInfo.InvariantCulture);
        return "none";
    }
}
