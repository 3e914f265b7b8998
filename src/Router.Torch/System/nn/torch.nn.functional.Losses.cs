using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Of logits [N, C, …] against classes (Int64, [N, …]) or probabilities ([N, C, …]).</summary>
            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean,
                double label_smoothing = 0.0) =>
                aten.cross_entropy_loss.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            /// <summary>Of log-probabilities [N, C, …] against classes (Int64, [N, …]).</summary>
            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                aten.nll_loss_nd.Call(input, target, weight, (long)reduction);

            /// <summary>
            /// Of log-probabilities against probabilities (their logarithms, as is the default). Mean is over all elements.
            /// </summary>
            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                aten.kl_div.Call(input, target, (long)reduction, log_target);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                aten.mse_loss.Call(input, target, (long)reduction);
        }
    }
}
