using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Router.Torch.Interop;

/// <summary>The functions of <c>native/dualrs_torch.h</c>, and what their error results mean.</summary>
internal static unsafe partial class Native
{
    private const string Library = "dualrs_torch";

    [LibraryImport(Library)] private static partial nint dualrs_last_error();
    [LibraryImport(Library)] internal static partial nint dualrs_version();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint dualrs_operator(string name, string overload);
    [LibraryImport(Library)]
    internal static partial int dualrs_call(nint op, NativeValue* arguments, int count, NativeValue* results, int capacity);

    [LibraryImport(Library)] internal static partial void dualrs_tensor_release(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial nint dualrs_tensor_alias(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long dualrs_tensor_numel(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long dualrs_tensor_dim(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void dualrs_tensor_sizes(nint tensor, long* sizes);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void dualrs_tensor_strides(nint tensor, long* strides);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int dualrs_tensor_dtype(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long dualrs_tensor_element_size(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int dualrs_tensor_device_type(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int dualrs_tensor_device_index(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int dualrs_tensor_is_contiguous(nint tensor);
    [LibraryImport(Library)] internal static partial nint dualrs_tensor_data(nint tensor);

    [LibraryImport(Library)] internal static partial int dualrs_tensor_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int dualrs_tensor_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)] internal static partial int dualrs_tensor_is_leaf(nint tensor);
    [LibraryImport(Library)] internal static partial int dualrs_tensor_grad(nint tensor, nint* grad);
    [LibraryImport(Library)] internal static partial int dualrs_tensor_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)]
    internal static partial int dualrs_backward(
        nint* outputs, int outputCount, nint* grads, int gradCount, int retainGraph, int createGraph, nint* inputs, int inputCount);
    [LibraryImport(Library)]
    internal static partial int dualrs_grad(
        nint* outputs, int outputCount, nint* inputs, int inputCount, nint* grads, int gradCount, int retainGraph, int createGraph,
        int allowUnused, nint* gradients);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int dualrs_grad_enabled();
    [LibraryImport(Library), SuppressGCTransition] internal static partial void dualrs_set_grad_enabled(int enabled);
    [LibraryImport(Library)] internal static partial nint dualrs_inference_mode_enter(int enabled);
    [LibraryImport(Library)] internal static partial void dualrs_inference_mode_leave(nint guard);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int dualrs_inference_mode_enabled();

    [LibraryImport(Library)] internal static partial int dualrs_num_threads();
    [LibraryImport(Library)] internal static partial int dualrs_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int dualrs_cuda_device_count();
    [LibraryImport(Library)] internal static partial int dualrs_cudnn_available();
    [LibraryImport(Library)] internal static partial int dualrs_cuda_synchronize(int index);
    [LibraryImport(Library)] internal static partial int dualrs_cuda_manual_seed(long seed, int allDevices);
    [LibraryImport(Library)] internal static partial int dualrs_setting_get(Setting setting);
    [LibraryImport(Library)] internal static partial int dualrs_setting_set(Setting setting, int value);

    [LibraryImport(Library)] internal static partial int dualrs_manual_seed(long seed);
    [LibraryImport(Library)] internal static partial nint dualrs_generator_default(int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint dualrs_generator_new(int deviceType, int deviceIndex, ulong seed);
    [LibraryImport(Library)] internal static partial void dualrs_generator_release(nint generator);
    [LibraryImport(Library)] internal static partial int dualrs_generator_seed(nint generator, long seed);
    [LibraryImport(Library)] internal static partial long dualrs_generator_initial_seed(nint generator);
    [LibraryImport(Library)] internal static partial nint dualrs_generator_get_state(nint generator);
    [LibraryImport(Library)] internal static partial int dualrs_generator_set_state(nint generator, nint state);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint dualrs_jit_load_file(string path, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial nint dualrs_jit_load_bytes(byte* bytes, long count, int deviceType, int deviceIndex);
    [LibraryImport(Library)] internal static partial void dualrs_jit_release(nint module);
    [LibraryImport(Library)]
    internal static partial int dualrs_jit_forward(nint module, NativeValue* arguments, int count, NativeValue* results, int capacity);
    [LibraryImport(Library)] internal static partial int dualrs_jit_train(nint module, int on);
    [LibraryImport(Library)] internal static partial int dualrs_jit_is_training(nint module);
    [LibraryImport(Library)] internal static partial int dualrs_jit_to(nint module, int deviceType, int deviceIndex, int dtype);

    internal enum Setting
    {
        MatmulTf32 = 0,
        CudnnTf32 = 1,
    }

    /// <summary>Passes a result on, or throws what libtorch threw where it is -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Check(int result) => result >= 0 ? result : throw Failure();

    /// <summary>Passes a handle on, or throws what libtorch threw where it is null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Check(nint handle) => handle != 0 ? handle : throw Failure();

    private static ExternalException Failure()
    {
        string message = Marshal.PtrToStringUTF8(dualrs_last_error()) ?? "";
        return new ExternalException(Gist(message));
    }

    /// <summary>The line that says what happened: the first, but the last of a TorchScript traceback.</summary>
    private static string Gist(string message)
    {
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0)
            return "libtorch failed without a message";
        return lines[0].Contains("TorchScript interpreter", StringComparison.Ordinal) ? lines[^1] : lines[0];
    }
}
