using Router.Torch.Modules;

namespace Router.Torch;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Gradients of many parameters at once.</summary>
        public static class utils
        {
            /// <summary>
            /// Scales the gradients so that their norm, as if they were one vector, is at most <paramref name="max_norm"/>. Returns what
            /// it was.
            /// </summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using IDisposable plain = no_grad();
                using DisposeScope scope = NewDisposeScope();
                Tensor[] grads = [.. tensors.Select(parameter => parameter.grad).OfType<Tensor>()];
                if (grads.Length == 0)
                    return 0;
                Tensor total = stack(grads.Select(grad => grad.norm((float)norm_type))).norm((float)norm_type);
                Tensor scale = (max_norm / (total + 1e-6)).clamp(max: (Scalar)1.0);
                foreach (Tensor grad in grads)
                    grad.mul_(scale);
                return total.ToDouble();
            }
        }
    }
}
