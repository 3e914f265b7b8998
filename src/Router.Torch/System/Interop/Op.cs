namespace Router.Torch.Interop;

/// <summary>An operator of libtorch, found on first use by its name and overload as in PyTorch's native_functions.yaml.</summary>
internal sealed class Op(string name, string overload = "")
{
    private const int MostResults = 4;
    private nint handle;

    private nint Handle => handle != 0 ? handle : handle = Native.Check(Native.dualrs_operator("aten::" + name, overload));

    /// <summary>Calls the operator; arguments left out at the end take its defaults. Returns its one tensor.</summary>
    internal unsafe torch.Tensor Call(params ReadOnlySpan<Value> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return new torch.Tensor(result.Pointer);
    }

    /// <summary>The same where the operator returns a pair.</summary>
    internal unsafe (torch.Tensor, torch.Tensor) Pair(params ReadOnlySpan<Value> arguments)
    {
        NativeValue* results = stackalloc NativeValue[MostResults];
        Invoke(arguments, results, MostResults);
        return (new torch.Tensor(results[0].Pointer), new torch.Tensor(results[1].Pointer));
    }

    /// <summary>The same where the operator returns a number or a truth value.</summary>
    internal unsafe NativeValue Read(params ReadOnlySpan<Value> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1);
        return result;
    }

    /// <summary>Calls an in-place operator, whose first argument is its result.</summary>
    internal unsafe torch.Tensor InPlace(torch.Tensor self, params ReadOnlySpan<Value> arguments)
    {
        Invoke(arguments, null, 0);
        return self;
    }

    private unsafe void Invoke(ReadOnlySpan<Value> arguments, NativeValue* results, int capacity) =>
        Values.Invoke(&Native.dualrs_call, Handle, arguments, results, capacity);
}
