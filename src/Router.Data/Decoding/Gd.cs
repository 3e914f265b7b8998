using System.Runtime.InteropServices;

namespace Router.Data.Decoding;

/// <summary>The members of gd.h (libgd 2.x) that decoding needs, under their C names.</summary>
internal static unsafe partial class Gd
{
    static Gd() => NativeLibrary.SetDllImportResolver(typeof(Gd).Assembly, GdLibrary.Resolve);

    /// <summary>The head of gdImageStruct; the header's macros gdImageSX, gdImageSY and gdImageGetTransparent make its layout part of the ABI.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Image
    {
        private const int PaletteSize = 256;

        internal nint PalettePixels;
        internal int Width;
        internal int Height;
        internal int ColorsTotal;
        internal fixed int RedGreenBlueOpen[4 * PaletteSize];

        /// <summary>The colour that stands for "transparent", or −1.</summary>
        internal int Transparent;
    }

    [LibraryImport(GdLibrary.Name)]
    internal static partial Image* gdImageCreateFromPngPtr(int size, byte* data);

    [LibraryImport(GdLibrary.Name)]
    internal static partial Image* gdImageCreateFromJpegPtrEx(int size, byte* data, int ignoreWarning);

    /// <summary>0xAARRGGBB with seven bits of alpha, 0 for opaque, whether the image has a palette or not.</summary>
    [SuppressGCTransition]
    [LibraryImport(GdLibrary.Name)]
    internal static partial int gdImageGetTrueColorPixel(Image* image, int x, int y);

    [LibraryImport(GdLibrary.Name)]
    internal static partial void gdImageDestroy(Image* image);

    [LibraryImport(GdLibrary.Name)]
    internal static partial void gdSetErrorMethod(delegate* unmanaged[Cdecl]<int, byte*, nint, void> method);

    /// <summary>The C library's; <paramref name="arguments"/> is the va_list that a gd error method receives, which the ABIs of Linux pass as a pointer.</summary>
    [LibraryImport("libc")]
    internal static partial int vsnprintf(byte* buffer, nuint size, byte* format, nint arguments);
}
