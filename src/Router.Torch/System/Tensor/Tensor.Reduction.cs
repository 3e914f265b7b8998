using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => aten.sum.Call(this, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            aten.sum_dim.Call(this, Value.Sizes(dim), keepdim, type);
        public Tensor mean() => aten.mean.Call(this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            aten.mean_dim.Call(this, dimensions, keepdim, type);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(aten.var_dim.Call(this, dimensions, unbiased, keepdim), type);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Typed(aten.std_dim.Call(this, dimensions, unbiased, keepdim), type);

        public Tensor amax(params long[] dims) => aten.amax.Call(this, dims);
        public Tensor amin(params long[] dims) => aten.amin.Call(this, dims);
        public Tensor max() => aten.max.Call(this);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => aten.max_dim.Pair(this, dim, keepdim);
        public Tensor min() => aten.min.Call(this);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => aten.min_dim.Pair(this, dim, keepdim);
        public Tensor argmax() => aten.argmax.Call(this);
        public Tensor argmax(long dim, bool keepdim = false) => aten.argmax.Call(this, dim, keepdim);
        public Tensor argmin() => aten.argmin.Call(this);
        public Tensor argmin(long dim, bool keepdim = false) => aten.argmin.Call(this, dim, keepdim);
        public Tensor any() => aten.any.Call(this);
        public Tensor any(long dim, bool keepdim = false) => aten.any_dim.Call(this, dim, keepdim);
        public Tensor all() => aten.all.Call(this);
        public Tensor all(long dim, bool keepdim = false) => aten.all_dim.Call(this, dim, keepdim);
        public Tensor norm(float p = 2.0f) => aten.norm.Call(this, (Scalar)p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) =>
            aten.norm_dim.Call(this, (Scalar)p, new[] { (long)dim }, keepdim);
        public Tensor logsumexp(long dim, bool keepdim = false) => aten.logsumexp.Call(this, new[] { dim }, keepdim);
        public Tensor cumsum(long dim, ScalarType? type = null) => aten.cumsum.Call(this, dim, type);
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            aten.sort.Pair(this, stable, dim, descending);
        public Tensor argsort(long dim = -1, bool descending = false) => aten.argsort.Call(this, dim, descending);
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            aten.topk.Pair(this, (long)k, (long)dim, largest, sorted);

        private static Tensor Typed(Tensor tensor, ScalarType? type) =>
            type is { } wanted ? tensor.to_type(wanted, disposeAfter: true) : tensor;
    }
}
