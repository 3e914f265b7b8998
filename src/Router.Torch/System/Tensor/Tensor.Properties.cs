using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public long Dimensions => Alive(Native.dualrs_tensor_dim(Handle));

        public long dim() => Dimensions;

        public long ndim => Dimensions;

        public long NumberOfElements => Alive(Native.dualrs_tensor_numel(Handle));

        public long numel() => NumberOfElements;

        /// <summary>Bytes per element.</summary>
        public long ElementSize => Alive(Native.dualrs_tensor_element_size(Handle));

        public long[] shape => size();

        public unsafe long[] size()
        {
            long[] sizes = new long[Dimensions];
            fixed (long* first = sizes)
                Native.dualrs_tensor_sizes(Handle, first);
            return Alive(sizes);
        }

        public long size(int dim) => size()[From(dim)];

        public unsafe long[] stride()
        {
            long[] strides = new long[Dimensions];
            fixed (long* first = strides)
                Native.dualrs_tensor_strides(Handle, first);
            return Alive(strides);
        }

        public long stride(int dim) => stride()[From(dim)];

        public ScalarType dtype => (ScalarType)Alive(Native.dualrs_tensor_dtype(Handle));

        public DeviceType device_type => (DeviceType)Alive(Native.dualrs_tensor_device_type(Handle));

        public int device_index => Alive(Native.dualrs_tensor_device_index(Handle));

        public Device device => device_type == DeviceType.CPU ? CPU : new Device(device_type, device_index);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_contiguous() => Alive(Native.dualrs_tensor_is_contiguous(Handle)) != 0;

        public bool is_floating_point() => dtype is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

        /// <summary>Type and shape, as in <c>[2x3], type = Float32, device = cpu</c>.</summary>
        public override string ToString() => IsInvalid ? "disposed" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        private int From(int dim) => dim < 0 ? dim + (int)Dimensions : dim;

        /// <summary>Keeps the tensor from being finalized before what was read of it is there.</summary>
        private T Alive<T>(T value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
