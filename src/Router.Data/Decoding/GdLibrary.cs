using System.Reflection;
using System.Runtime.InteropServices;

namespace Router.Data.Decoding;

/// <summary>Finds libgd on the machine.</summary>
internal static class GdLibrary
{
    /// <summary>The name the imports in <see cref="Gd"/> carry.</summary>
    internal const string Name = "libgd";

    /// <summary>File names under which systems install it, Debian's first.</summary>
    internal static IReadOnlyList<string> FileNames { get; } = ["libgd.so.3", "libgd.so", "libgd.3.dylib", "libgd.dylib"];

    internal static nint Load(IReadOnlyList<string> fileNames)
    {
        foreach (string fileName in fileNames)
            if (NativeLibrary.TryLoad(fileName, out nint library))
                return library;
        throw new DllNotFoundException(
            $"image files are decoded by libgd, which is not installed: install libgd3 (Debian, Ubuntu) or gd (elsewhere); looked for {string.Join(", ", fileNames)}");
    }

    internal static nint Resolve(string libraryName, Assembly assembly, DllImportSearchPath? searchPath) =>
        libraryName == Name ? Load(FileNames) : nint.Zero;
}
