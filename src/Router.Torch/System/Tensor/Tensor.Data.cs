using Router.Torch.Interop;
using Router.Torch.Utils;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The contents of a contiguous CPU tensor as raw bytes, in place: valid as long as the tensor is.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                long length = NumberOfElements * ElementSize;
                RequireContiguous();
                RequireCpu();
                if (length > int.MaxValue)
                    throw new ArgumentException($"a span holds at most {int.MaxValue} bytes, not the tensor's {length}");
                return new Span<byte>((void*)DataPointer(), (int)length);
            }

            set
            {
                RequireContiguous();
                RequireCpu();
                long length = NumberOfElements * ElementSize;
                if (length != value.Length)
                    throw new ArgumentException($"the tensor holds {length} bytes, not {value.Length}");
                value.CopyTo(new Span<byte>((void*)DataPointer(), value.Length));
                GC.KeepAlive(this);
            }
        }

        /// <summary>The elements, copied to the CPU first where they are elsewhere. The type must be the tensor's.</summary>
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            RequireType<T>();
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        /// <summary>The one element of a tensor that has one. The type must be the tensor's.</summary>
        public T item<T>()
            where T : unmanaged
        {
            if (NumberOfElements != 1)
                throw new ArgumentException($"item() needs a tensor of one element, not of {NumberOfElements}");
            if (device_type == DeviceType.CPU)
                return data<T>()[0];
            using Tensor local = cpu();
            return local.data<T>()[0];
        }

        /// <summary>The one element of a tensor that has one, as a number of its own kind.</summary>
        public Scalar ToScalar() => Scalar.From(aten.item.Read(this));

        internal nint DataPointer() => NumberOfElements == 0 ? 0 : Alive(Native.Check(Native.dualrs_tensor_data(Handle)));

        private void RequireType<T>()
        {
            Type expected = dtype switch
            {
                ScalarType.Byte => typeof(byte),
                ScalarType.Int8 => typeof(sbyte),
                ScalarType.Int16 => typeof(short),
                ScalarType.Int32 => typeof(int),
                ScalarType.Int64 => typeof(long),
                ScalarType.Float16 => typeof(Half),
                ScalarType.Float32 => typeof(float),
                ScalarType.Float64 => typeof(double),
                ScalarType.Bool => typeof(bool),
                _ => throw new ArgumentException($"elements of type {dtype} have no .NET type here; convert the tensor to Float32"),
            };
            if (expected != typeof(T))
                throw new ArgumentException($"{typeof(T).Name} is not compatible with {dtype}");
        }

        private void RequireContiguous()
        {
            if (!is_contiguous())
                throw new InvalidOperationException("bytes needs a contiguous tensor: call contiguous() first");
        }

        private void RequireCpu()
        {
            if (device_type != DeviceType.CPU)
                throw new InvalidOperationException($"bytes needs a tensor on the CPU, not on {device}: call cpu() first");
        }
    }
}

/// <summary>The one element of a tensor that has one, converted.</summary>
public static class TensorExtensionMethods
{
    public static float ToSingle(this torch.Tensor value) => (float)value.ToScalar().Real;
    public static double ToDouble(this torch.Tensor value) => value.ToScalar().Real;
    public static int ToInt32(this torch.Tensor value) => checked((int)value.ToScalar().Integer);
    public static long ToInt64(this torch.Tensor value) => value.ToScalar().Integer;
    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().Real != 0;

    /// <summary>Bytes per element of a type.</summary>
    public static int ElementSize(this torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not a type of element"),
    };
}
