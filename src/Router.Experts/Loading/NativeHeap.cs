using System.Runtime.InteropServices;

namespace Router.Experts.Loading;

/// <summary>
/// Tells glibc to keep the memory of feature maps. A forward pass takes and frees buffers of some megabytes, layer
/// after layer; by default each goes back to the kernel and comes again as pages to be zeroed, which on a small machine
/// costs more than the convolutions (bench/side-by-side).
/// </summary>
public static partial class NativeHeap
{
    // malloc.h: M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD, M_ARENA_MAX.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;

    /// <summary>
    /// Freed memory stays with the process, large buffers come from the heap, and threads that make passes have heaps
    /// of their own: of one, they wait for its lock at every layer. Nothing happens where the C library is not glibc.
    /// </summary>
    public static void KeepFreedMemory()
    {
        try
        {
            _ = mallopt(MmapThreshold, int.MaxValue);
            _ = mallopt(TrimThreshold, int.MaxValue);
            // Heaps but the first are mapped in pieces of 64 MB, each of which is unmapped once it is free, unless less
            // than this pad would be left then.
            _ = mallopt(TopPad, 2 * 64 << 20);
            // Some are those of the runtime's own threads.
            _ = mallopt(ArenaMax, 2 * Environment.ProcessorCount);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library: slower, not wrong.
        }
    }

    /// <summary>
    /// Gives what is free back to the system, once networks have gone: here, and among the objects of .NET, where their
    /// files were read to.
    /// </summary>
    public static void ReturnFreedMemory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        try
        {
            _ = malloc_trim(0);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library keeps or returns memory by its own rules.
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int malloc_trim(nuint keep);

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
