using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    /// <summary>Until it is disposed, operations on this thread record nothing for gradients.</summary>
    public static IDisposable no_grad() => new GradMode(enabled: false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => Native.dualrs_grad_enabled() != 0;

    /// <summary>Like <see cref="no_grad"/> and faster: what is made inside can never take part in gradients.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => Native.dualrs_inference_mode_enabled() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly int before = Native.dualrs_grad_enabled();

        internal GradMode(bool enabled) => Native.dualrs_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => Native.dualrs_set_grad_enabled(before);
    }

    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private nint guard = Native.dualrs_inference_mode_enter(mode ? 1 : 0);

        public void Dispose() => Native.dualrs_inference_mode_leave(Interlocked.Exchange(ref guard, 0));
    }

    /// <summary>Gradients.</summary>
    public static class autograd
    {
        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        /// <summary>Adds the gradients of the tensors to the <c>grad</c> of the leaves (of the inputs only, where given).</summary>
        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null)
        {
            nint[] outputs = Handles(tensors), grads = Handles(grad_tensors), leaves = Handles(inputs);
            fixed (nint* output = outputs, grad = grads, leaf = leaves)
                Native.Check(Native.dualrs_backward(
                    output, outputs.Length, grad, grads.Length, (retain_graph ?? create_graph) ? 1 : 0, create_graph ? 1 : 0, leaf,
                    leaves.Length));
            GC.KeepAlive((tensors, grad_tensors, inputs));
        }

        /// <summary>The gradients of the outputs by the inputs; where unused inputs are allowed, theirs is an invalid tensor.</summary>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false,
            bool create_graph = false, bool allow_unused = false)
        {
            nint[] outs = Handles(outputs), ins = Handles(inputs), grads = Handles(grad_outputs), found = new nint[ins.Length];
            fixed (nint* output = outs, input = ins, gradient = grads, result = found)
                Native.Check(Native.dualrs_grad(
                    output, outs.Length, input, ins.Length, gradient, grads.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0,
                    allow_unused ? 1 : 0, result));
            GC.KeepAlive((outputs, inputs, grad_outputs));
            return [.. found.Select(handle => new Tensor(handle))];
        }

        private static nint[] Handles(IList<Tensor>? tensors) => tensors is null ? [] : [.. tensors.Select(tensor => tensor?.Handle ?? 0)];
    }
}
