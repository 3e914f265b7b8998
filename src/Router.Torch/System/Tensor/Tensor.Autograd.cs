using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Alive(Native.Check(Native.dualrs_tensor_requires_grad(Handle))) != 0;
            set => Alive(Native.Check(Native.dualrs_tensor_set_requires_grad(Handle, value ? 1 : 0)));
        }

        public bool is_leaf => Alive(Native.Check(Native.dualrs_tensor_is_leaf(Handle))) != 0;

        /// <summary>The gradient that backward() left here, a new reference to it each time; null where there is none.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint found;
                Alive(Native.Check(Native.dualrs_tensor_grad(Handle, &found)));
                return found == 0 ? null : new Tensor(found);
            }

            set
            {
                Alive(Native.Check(Native.dualrs_tensor_set_grad(Handle, value?.Handle ?? 0)));
                GC.KeepAlive(value);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void backward() => autograd.backward(this, grad_tensors: null);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            autograd.backward(this, grad_tensors, retain_graph, create_graph, inputs);

        public Tensor detach() => aten.detach.Call(this);

        public Tensor detach_() => aten.detach_.InPlace(this, this);
    }
}
