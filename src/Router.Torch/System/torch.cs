using System.Runtime.InteropServices;
using Router.Torch.Interop;

namespace Router.Torch;

/// <summary>
/// The members of TorchSharp's <c>torch</c> that the product uses, over the libtorch of the machine: the same names, signatures and
/// meanings, so that the same source
/// compiles against either. What TorchSharp and PyTorch document of a member holds here. libtorch's errors are thrown as <see
/// cref="ExternalException"/>.
/// </summary>
public static partial class torch
{
    /// <summary>The version of libtorch.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(Native.dualrs_version())!;

    /// <summary>Opens a scope that owns the tensors made on this thread until it is disposed.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScope.Open();

    public static int get_num_threads() => Native.dualrs_num_threads();

    public static void set_num_threads(int num) => Native.Check(Native.dualrs_set_num_threads(num));

    public static Generator manual_seed(long seed) => random.manual_seed(seed);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => aten.cat.Call(tensors.ToArray(), dim);
    public static Tensor cat(Tensor[] tensors, long dim = 0) => aten.cat.Call(tensors, dim);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => aten.stack.Call(tensors.ToArray(), dim);
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => aten.where.Call(condition, x, y);
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    /// <summary>The source of pseudorandom numbers that is used where none is named.</summary>
    public static class random
    {
        /// <summary>Seeds the default generators of all devices; returns the CPU's.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.dualrs_manual_seed(seed));
            return Generator.Default;
        }

        public static Tensor get_rng_state()
        {
            using Generator generator = Generator.Default;
            return generator.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using Generator generator = Generator.Default;
            generator.set_state(new_state);
        }
    }
}
