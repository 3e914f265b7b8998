namespace Router.Torch.Tests;

public sealed class ElementwiseTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Arithmetic_is_PyTorchs()
    {
        torch.Tensor x = PyTorch.Formula([3, 4], 1), y = PyTorch.Formula([3, 4], 2), positive = x.abs() + 0.1;
        Check("add", x + y, x.add(y), x.clone().add_(y));
        Check("add_alpha", x.add(y, 2.5), x.clone().add_(y, 2.5));
        Check("add_scalar", x + 1.5, 1.5 + x, x.add(1.5), x.clone().add_(1.5));
        Check("sub", x - y, x.sub(y), x.clone().sub_(y));
        Check("sub_scalar", x - 0.5, x.sub(0.5), x.clone().sub_(0.5));
        Check("rsub", 3 - x);
        Check("mul", x * y, x.mul(y), x.clone().mul_(y));
        Check("mul_scalar", x * 3, 3 * x, x.mul(3), x.clone().mul_(3));
        Check("div", x / (y + 3), x.clone().div_(y + 3));
        Check("div_scalar", x / 4, x.clone().div_(4));
        Check("rdiv", 2 / (x + 5));
        Check("div_floor", x.div(0.3, torch.RoundingMode.floor), x.clone().div_(0.3, torch.RoundingMode.floor));
        Check("div_trunc", x.div(y + 3, torch.RoundingMode.trunc), x.clone().div_(y + 3, torch.RoundingMode.trunc));
        Check("remainder", x.remainder(0.7), x % 0.7, x % torch.full([3, 4], 0.7));
        Check("pow", positive.pow(y));
        Check("pow_scalar", x.pow(3), x.clone().pow_(3));
        Check("addcmul", x.addcmul(x, y, 0.5), x.clone().addcmul_(x, y, 0.5));
        Check("addcdiv", x.clone().addcdiv_(x, y + 3, -0.5));
        Check("matmul", x.matmul(y.t()), x.mm(y.t()), torch.matmul(x, y.t()));
        Check("broadcast", x + y[0]);

        static void Check(string name, params torch.Tensor[] forms)
        {
            foreach (torch.Tensor form in forms)
                PyTorch.Agrees("arithmetic", name, form);
        }
    }

    [Fact]
    public void Functions_of_an_element_are_PyTorchs()
    {
        torch.Tensor x = PyTorch.Formula([3, 4], 1), y = PyTorch.Formula([3, 4], 2), positive = x.abs() + 0.1;
        Check("neg", -x, x.neg(), x.clone().neg_());
        Check("abs", x.abs(), x.clone().abs_());
        Check("sign", x.sign());
        Check("square", x.square());
        Check("sqrt", positive.sqrt(), positive.clone().sqrt_());
        Check("rsqrt", positive.rsqrt());
        Check("reciprocal", positive.reciprocal());
        Check("exp", x.exp(), x.clone().exp_());
        Check("log", positive.log(), positive.clone().log_());
        Check("floor", x.floor());
        Check("round", x.round());
        Check("erf", x.erf());
        Check("erfinv", (x / 2.5 / 1.1).erfinv());
        Check("sigmoid", x.sigmoid());
        Check("tanh", x.tanh());
        Check("relu", x.relu(), x.clone().relu_(), torch.nn.functional.relu(x), torch.nn.functional.relu(x.clone(), inplace: true));
        Check("softmax", x.softmax(1), torch.softmax(x, 1), torch.nn.functional.softmax(x, 1));
        Check("softmax_double", x.softmax(0, torch.float64));
        Check("log_softmax", x.log_softmax(1));
        Check("clamp", x.clamp(-1, 0.5), x.clone().clamp_(-1, 0.5));
        Check("clamp_max", x.clamp(max: (Scalar)0));
        Check("clamp_tensor", x.clamp(min: y), x.clone().clamp_(min: y));
        Check("minimum", x.minimum(y), torch.minimum(x, y));
        Check("maximum", x.maximum(y), torch.maximum(x, y));

        static void Check(string name, params torch.Tensor[] forms)
        {
            foreach (torch.Tensor form in forms)
                PyTorch.Agrees("pointwise", name, form);
        }
    }

    [Fact]
    public void Comparisons_are_PyTorchs()
    {
        torch.Tensor x = PyTorch.Formula([3, 4], 1), y = PyTorch.Formula([3, 4], 2);
        torch.Tensor odd = torch.tensor(new[] { 1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0 });
        torch.Tensor z = torch.where(x.gt(0), x, y);
        float first = x[0, 0].ToSingle(), middle = x[1, 1].ToSingle();
        Check("isfinite", odd.isfinite());
        Check("isnan", odd.isnan());
        Check("eq", x.eq(z));
        Check("eq_scalar", x.eq(first));
        Check("ne", x.ne(z));
        Check("ne_scalar", x.ne(first));
        Check("gt", x.gt(y));
        Check("gt_scalar", x.gt(0.5));
        Check("ge", x.ge(y));
        Check("ge_scalar", x.ge(middle));
        Check("lt", x.lt(y));
        Check("lt_scalar", x.lt(0.5));
        Check("le", x.le(y));
        Check("le_scalar", x.le(middle));
        Check("logical_and", x.gt(0).logical_and(y.gt(0)));
        Check("logical_or", x.gt(0).logical_or(y.gt(0)));
        Check("logical_not", x.gt(0).logical_not());
        Check("where", z);
        Check("where", x.where(x.gt(0), y));
        Check("masked_fill", x.masked_fill(y.gt(0), -7));
        Check("masked_fill", x.clone().masked_fill_(y.gt(0), -7));
        Assert.True(x.allclose(x + 1e-9));
        Assert.False(x.allclose(x + 1e-3));

        static void Check(string name, torch.Tensor actual) => PyTorch.Agrees("comparison", name, actual);
    }
}
