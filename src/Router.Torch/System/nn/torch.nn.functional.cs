using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    /// <summary>Networks.</summary>
    public static partial class nn
    {
        /// <summary>How the losses of a batch become the result.</summary>
        public enum Reduction : long
        {
            None = 0L,
            Mean = 1L,
            Sum = 2L,
        }

        /// <summary>Layers and losses as functions of their weights.</summary>
        public static partial class functional
        {
            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null,
                long groups = 1) =>
                aten.conv2d.Call(input, weight, bias, strides ?? [1], padding ?? [0], dilation ?? [1], groups);

            public static Tensor batch_norm(
                Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null, bool training = false,
                double momentum = 0.1, double eps = 1e-05) =>
                aten.batch_norm.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, true);

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => aten.linear.Call(input, weights, bias);

            public static Tensor avg_pool2d(
                Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                aten.avg_pool2d.Call(input, Square(kernel_size), Square(stride ?? kernel_size), Square(padding), ceil_mode,
                    count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                aten.adaptive_avg_pool2d.Call(input, Square(output_size));

            public static Tensor max_pool2d(
                Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                aten.max_pool2d.Call(input, Square(kernel_size), Square(stride ?? kernel_size), Square(padding ?? 0),
                    Square(dilation ?? 1), ceil_mode);

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().alias() : x.relu();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? aten.dropout_.InPlace(input, input, p, training).alias() : aten.dropout.Call(input, p, training);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => aten.one_hot.Call(x, num_classes);

            /// <summary>Pads from the last dimension on: (left, right, top, bottom, …).</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Constant or PaddingModes.Zeros => aten.constant_pad_nd.Call(input, pad, (Scalar)value),
                PaddingModes.Reflect => aten.reflection_pad2d.Call(input, pad),
                PaddingModes.Replicate => aten.replication_pad2d.Call(input, pad),
                _ => throw new NotSupportedException($"padding mode {mode} is not part of this binding"),
            };

            private static long[] Square(long side) => [side, side];
        }
    }
}
