using System.Runtime.CompilerServices;

namespace Router.Torch.Interop;

/// <summary>Lays arguments out for the shim on the stack, and calls it.</summary>
internal static unsafe class Values
{
    private const int WordsOnStack = 128;

    /// <summary>Calls <see cref="Native.dualrs_call"/> on an operator or <see cref="Native.dualrs_jit_forward"/> on a module.</summary>
    [SkipLocalsInit]
    internal static int Invoke(
        delegate*<nint, NativeValue*, int, NativeValue*, int, int> function, nint callee, ReadOnlySpan<Value> arguments,
        NativeValue* results, int capacity)
    {
        NativeValue* native = stackalloc NativeValue[arguments.Length];
        int words = 0;
        foreach (Value argument in arguments)
            words += argument.Words;
        nint* onStack = stackalloc nint[WordsOnStack];
        fixed (nint* onHeap = words > WordsOnStack ? new nint[words] : [])
        {
            nint* next = words > WordsOnStack ? onHeap : onStack;
            for (int i = 0; i < arguments.Length; i++)
                native[i] = arguments[i].Write(ref next);
            int count = function(callee, native, arguments.Length, results, capacity);
            // A tensor that only the argument list still refers to must not be finalized before the call is over.
            foreach (Value argument in arguments)
                GC.KeepAlive(argument.Reference);
            return Native.Check(count);
        }
    }
}
