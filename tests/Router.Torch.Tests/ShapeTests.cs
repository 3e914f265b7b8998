namespace Router.Torch.Tests;

public sealed class ShapeTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly torch.Tensor x = PyTorch.Formula([2, 3, 4], 3);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Reductions_are_PyTorchs()
    {
        torch.Tensor mask = x.gt(0);
        Check("sum", x.sum());
        Check("sum_dim", x.sum(1));
        Check("sum_dims", x.sum([0, 2], keepdim: true));
        Check("sum_double", x.sum(2, type: torch.float64));
        Check("mean", x.mean());
        Check("mean_dims", x.mean([0, 2]));
        Check("var", x.var(1));
        Check("var_biased", x.var([0, 2], unbiased: false));
        Check("std", x.std(1, keepdim: true));
        Check("amax", x.amax(0, 2));
        Check("amin", x.amin(1));
        Check("max", x.max());
        Check("min", x.min());
        (torch.Tensor maxima, torch.Tensor maximumAt) = x.max(1);
        Check("max_values", maxima);
        Check("max_indices", maximumAt);
        (torch.Tensor minima, torch.Tensor minimumAt) = x.min(2, keepdim: true);
        Check("min_values", minima);
        Check("min_indices", minimumAt);
        Check("argmax", x.argmax());
        Check("argmax_dim", x.argmax(1));
        Check("argmin", x.argmin());
        Check("argmin_dim", x.argmin(2, keepdim: true));
        Check("any", mask.any());
        Check("any_dim", mask.any(2));
        Check("all", mask.all());
        Check("all_dim", mask.all(1));
        Check("norm", x.norm());
        Check("norm_1", x.norm(1f));
        Check("norm_inf", x.norm(float.PositiveInfinity));
        Check("norm_dim", x.norm(1, keepdim: false, p: 2));
        Check("logsumexp", x.logsumexp(2));
        Check("cumsum", x.cumsum(1));
        (torch.Tensor sorted, torch.Tensor order) = x.sort(1, descending: true);
        Check("sorted", sorted);
        Check("sorted_indices", order);
        Check("argsort", x.argsort(2));
        (torch.Tensor top, torch.Tensor topAt) = x.topk(2, 1);
        Check("topk", top);
        Check("topk_indices", topAt);

        static void Check(string name, torch.Tensor actual) => PyTorch.Agrees("reduction", name, actual);
    }

    [Fact]
    public void Shapes_are_PyTorchs()
    {
        torch.Tensor places = torch.tensor(new long[] { 2, 0 });
        Check("view", x.view(6, 4));
        Check("reshape", x.transpose(0, 1).reshape(3, -1));
        Check("flatten", x.flatten(1));
        Check("permute", x.permute(2, 0, 1));
        Check("transpose", x.transpose(1, 2));
        Check("unsqueeze", x.unsqueeze(1));
        Check("squeeze", x.narrow(1, 0, 1).squeeze());
        Check("squeeze_dim", x.narrow(1, 0, 1).squeeze(1));
        Check("expand", x.narrow(1, 0, 1).expand(2, 5, 4));
        Check("expand", x.narrow(1, 0, 1).expand_as(torch.zeros([2, 5, 4])));
        Check("repeat", x[0].repeat(2, 1));
        Check("narrow", x.narrow(1, 1, 2));
        Check("slice", x.slice(1, 0, 3, 2));
        Check("select", x.select(1, 2));
        Check("index_select", x.index_select(1, places));
        Check("gather", x.gather(1, x.argsort(1)));
        Check("flip", x.flip(0, 2));
        Check("roll", x.roll(1, 2));
        Check("roll_flat", x.roll(3));
        Check("roll_pair", x.roll((1, -1), (1, 2)));
        Check("roll_pair", x.roll([1, -1], [1, 2]));
        Check("cat", torch.cat([x, x + 1], 1));
        Check("cat", torch.cat(new List<torch.Tensor> { x, x + 1 }, 1));
        Check("stack", torch.stack([x, x + 1], 2));
        Check("scatter", torch.zeros_like(x).scatter_(1, x.argsort(1), x));
        Check("one_hot", torch.nn.functional.one_hot(torch.tensor(new long[] { 0, 3, 1 }), 4));

        static void Check(string name, torch.Tensor actual) => PyTorch.Agrees("shape", name, actual);
    }

    [Fact]
    public void Indexing_is_PyTorchs()
    {
        torch.Tensor places = torch.tensor(new long[] { 2, 0 }), mask = x.gt(0);
        torch.TensorIndex all = torch.TensorIndex.Colon;
        Check("one", x[1]);
        Check("two", x[1, 2]);
        Check("range", x[all, 1.., ..^1]);
        Check("step", x[torch.TensorIndex.Ellipsis, torch.TensorIndex.Slice(step: 2)]);
        Check("ellipsis", x[torch.TensorIndex.Ellipsis, 1]);
        Check("new", x[all, torch.TensorIndex.None, 1]);
        Check("tensor", x[all, torch.TensorIndex.Tensor(places)]);
        Check("pair", x[torch.tensor(new long[] { 0, 1 }), places]);
        Check("mask", x[mask]);
        Check("row_mask", x[mask[torch.TensorIndex.Ellipsis, 0]]);

        torch.Tensor written = x.clone();
        written[1, 1.., torch.TensorIndex.Slice(step: 2)] = torch.tensor(9f);
        Check("written", written);
        torch.Tensor masked = x.clone();
        masked[mask] = torch.tensor(0f);
        Check("masked", masked);

        static void Check(string name, torch.Tensor actual) => PyTorch.Agrees("index", name, actual);
    }

    [Fact]
    public void Factories_and_conversions_are_PyTorchs()
    {
        Check("arange", torch.arange(5), torch.ScalarType.Int64);
        Check("arange_step", torch.arange(0, 1, 0.25), torch.ScalarType.Float32);
        Check("eye", torch.eye(2, 3), torch.ScalarType.Float32);
        Check("full", torch.full([2, 2], 1.5), torch.ScalarType.Float32);
        Check("full", torch.full_like(torch.empty(2, 2), 1.5), torch.ScalarType.Float32);
        Check("to_int", x.to(torch.int64), torch.ScalarType.Int64);
        Check("to_byte", (x.abs() * 50).to_type(torch.uint8), torch.ScalarType.Byte);
        Check("to_bool", x.@bool(), torch.ScalarType.Bool);
        Check("to_half", x.half(), torch.ScalarType.Float16);
        Check("to_bfloat16", x.bfloat16(), torch.ScalarType.BFloat16);
        Assert.Equal([0, 0], torch.zeros(2).data<float>().ToArray());
        Assert.Equal([1, 1], torch.ones_like(torch.empty(2)).data<float>().ToArray());
        Assert.Equal([true, false], torch.tensor(new[] { true, false }).data<bool>().ToArray());

        static void Check(string name, torch.Tensor actual, torch.ScalarType type)
        {
            PyTorch.Agrees("factory", name, actual);
            Assert.Equal(type, actual.dtype);
        }
    }
}
