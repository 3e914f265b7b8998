using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Router.Data.Decoding;

/// <summary>
/// Catches what libgd would print to standard error, so that the reason can stand in our own message. libgd reports on the thread that
/// decodes, so each thread keeps its own.
/// </summary>
internal static unsafe class GdMessages
{
    private const int Longest = 256;

    private static volatile bool listening;

    [ThreadStatic]
    private static string? last;

    /// <summary>Forgets earlier messages of this thread, and takes libgd's messages over the first time.</summary>
    internal static void Listen()
    {
        last = null;
        if (listening)
            return;
        Gd.gdSetErrorMethod(&Receive);
        listening = true;
    }

    /// <summary>The last message of this thread since <see cref="Listen"/>, or null.</summary>
    internal static string? Last => last;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Receive(int priority, byte* format, nint arguments)
    {
        byte* buffer = stackalloc byte[Longest];
        last = Gd.vsnprintf(buffer, Longest, format, arguments) < 0
            ? null
            : Marshal.PtrToStringUTF8((nint)buffer)?.ReplaceLineEndings(" ").Trim();
    }
}
