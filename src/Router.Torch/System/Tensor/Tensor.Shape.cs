using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => aten.view.Call(this, shape);
        public Tensor reshape(params long[] shape) => aten.reshape.Call(this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => aten.flatten.Call(this, start_dim, end_dim);
        public Tensor permute(params long[] permutation) => aten.permute.Call(this, permutation);
        public Tensor transpose(long dim0, long dim1) => aten.transpose.Call(this, dim0, dim1);
        public Tensor t() => aten.t.Call(this);
        public Tensor unsqueeze(long dim) => aten.unsqueeze.Call(this, dim);
        public Tensor squeeze(long? dim = null) => dim is { } one ? aten.squeeze_dim.Call(this, one) : aten.squeeze.Call(this);
        public Tensor expand(params long[] sizes) => aten.expand.Call(this, sizes);
        public Tensor expand_as(Tensor other) => aten.expand_as.Call(this, other);
        public Tensor repeat(params long[] sizes) => aten.repeat.Call(this, sizes);
        public Tensor narrow(long dim, long start, long length) => aten.narrow.Call(this, dim, start, length);
        public Tensor slice(long dim, long start, long finish, long step) => aten.slice.Call(this, dim, start, finish, step);
        public Tensor select(long dim, long index) => aten.select.Call(this, dim, index);
        public Tensor index_select(long dim, Tensor index) => aten.index_select.Call(this, dim, index);
        public Tensor gather(long dim, Tensor index) => aten.gather.Call(this, dim, index);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => aten.scatter_.InPlace(this, this, dim, index, src);
        public Tensor flip(params long[] dims) => aten.flip.Call(this, dims);
        public Tensor roll(long shifts, long? dims = null) =>
            aten.roll.Call(this, new[] { shifts }, dims is { } one ? new[] { one } : Array.Empty<long>());
        public Tensor roll(long[] shifts, long[] dims) => aten.roll.Call(this, shifts, dims);
        public Tensor roll((long, long) shifts, (long, long) dims) => roll([shifts.Item1, shifts.Item2], [dims.Item1, dims.Item2]);
        public Tensor clone() => aten.clone.Call(this);
        public Tensor contiguous() => aten.contiguous.Call(this);
    }
}
