using static Router.Torch.Tests.PyTorch;

namespace Router.Torch.Tests;

public sealed class NetworkTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly torch.Tensor x = Formula([2, 4, 6, 6], 4), w = Formula([4, 4, 3, 3], 5), b = Formula([4], 6);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Convolutions_and_their_gradients_are_PyTorchs()
    {
        AgreesWithGradients("conv2d", v => torch.nn.functional.conv2d(v[0], v[1], v[2], padding: [1]), ("x", x), ("w", w), ("b", b));
        AgreesWithGradients(
            "conv2d_strided", v => torch.nn.functional.conv2d(v[0], v[1], strides: [2], padding: [1, 0]), ("x", x), ("w", w));
        AgreesWithGradients(
            "conv2d_grouped",
            v => torch.nn.functional.conv2d(v[0], v[1], dilation: [2], groups: 2),
            ("x", x), ("w", w.narrow(1, 0, 2).contiguous()));
    }

    [Fact]
    public void A_convolution_in_channels_last_gives_the_same_values_and_gradients()
    {
        torch.Tensor last = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        AgreesWithGradients("conv2d", v => torch.nn.functional.conv2d(v[0], v[1], v[2], padding: [1]), ("x", last), ("w", w), ("b", b));
    }

    [Fact]
    public void Batch_normalization_its_gradients_and_its_running_statistics_are_PyTorchs()
    {
        torch.Tensor mean = Formula([4], 7), variance = Formula([4], 8).abs() + 0.5, scale = Formula([4], 9), shift = Formula([4], 10);
        AgreesWithGradients(
            "batch_norm_eval",
            v => torch.nn.functional.batch_norm(v[0], mean, variance, v[1], v[2]),
            ("x", x), ("w", scale), ("b", shift));
        AgreesWithGradients(
            "batch_norm_train",
            v => torch.nn.functional.batch_norm(v[0], mean, variance, v[1], v[2], training: true, momentum: 0.3, eps: 1e-3),
            ("x", x), ("w", scale), ("b", shift));
        Agrees("batch_norm_running", "mean", mean);
        Agrees("batch_norm_running", "var", variance);
    }

    [Fact]
    public void Other_layers_and_their_gradients_are_PyTorchs()
    {
        AgreesWithGradients(
            "linear", v => torch.nn.functional.linear(v[0], v[1], v[2]), ("x", Formula([3, 5], 11)), ("w", Formula([4, 5], 12)), ("b", b));
        AgreesWithGradients("avg_pool2d", v => torch.nn.functional.avg_pool2d(v[0], 3, 2, 1), ("x", x));
        AgreesWithGradients("adaptive_avg_pool2d", v => torch.nn.functional.adaptive_avg_pool2d(v[0], 1), ("x", x));
        AgreesWithGradients("max_pool2d", v => torch.nn.functional.max_pool2d(v[0], 2), ("x", x));
        AgreesWithGradients("relu", v => torch.nn.functional.relu(v[0]), ("x", x));
        AgreesWithGradients("log_softmax", v => torch.nn.functional.log_softmax(v[0], 1), ("x", x));
        AgreesWithGradients("pad", v => torch.nn.functional.pad(v[0], [1, 2, 0, 1], value: 0.5), ("x", x));
        AgreesWithGradients("pad_reflect", v => torch.nn.functional.pad(v[0], [1, 2, 2, 1], PaddingModes.Reflect), ("x", x));
    }

    [Fact]
    public void Computing_in_bfloat16_stays_within_its_rounding_of_PyTorchs()
    {
        torch.Tensor half = x.to(torch.bfloat16);
        torch.Tensor convolved = torch.nn.functional.conv2d(half, w.bfloat16(), padding: [1]);
        Assert.Equal(torch.ScalarType.BFloat16, convolved.dtype);
        Agrees("bfloat16", "conv2d", convolved, 0.02);
        Agrees("bfloat16", "add", half + half.flip(0), 0);
        Agrees("bfloat16", "linear", torch.nn.functional.linear(Formula([3, 5], 11).bfloat16(), Formula([4, 5], 12).bfloat16()), 0.01);
    }

    [Fact]
    public void Losses_and_their_gradients_are_PyTorchs()
    {
        torch.Tensor logits = Formula([5, 4], 13), classes = torch.tensor(new long[] { 0, 3, 1, 2, 3 });
        torch.Tensor soft = Formula([5, 4], 14).softmax(1), weight = Formula([4], 15).abs() + 0.1;
        torch.Tensor holed = torch.tensor(new long[] { 0, -100, 1, 2, -100 });
        Check("cross_entropy", v => torch.nn.functional.cross_entropy(v, classes));
        Check("cross_entropy_sum", v => torch.nn.functional.cross_entropy(v, classes, reduction: torch.nn.Reduction.Sum));
        Check("cross_entropy_none", v => torch.nn.functional.cross_entropy(v, classes, weight, reduction: torch.nn.Reduction.None));
        Check("cross_entropy_holed", v => torch.nn.functional.cross_entropy(v, holed));
        Check("cross_entropy_smoothed", v => torch.nn.functional.cross_entropy(v, classes, label_smoothing: 0.1));
        Check("cross_entropy_soft", v => torch.nn.functional.cross_entropy(v, soft));
        Check("nll_loss", v => torch.nn.functional.nll_loss(v.log_softmax(1), classes, weight));
        Check("kl_div", v => torch.nn.functional.kl_div(v.log_softmax(1), soft, log_target: false, reduction: torch.nn.Reduction.Sum));
        Check("kl_div_log", v => torch.nn.functional.kl_div(v.log_softmax(1), soft.log()));
        Check("mse_loss", v => torch.nn.functional.mse_loss(v, soft));

        void Check(string name, Func<torch.Tensor, torch.Tensor> loss) => AgreesWithGradients(name, v => loss(v[0]), ("x", logits));
    }

    [Fact]
    public void Second_derivatives_are_PyTorchs()
    {
        torch.Tensor v = Formula([6], 16).requires_grad_();
        torch.Tensor first = torch.autograd.grad([v.pow(3).sum()], [v], create_graph: true)[0];
        torch.Tensor second = torch.autograd.grad([first.sum()], [v])[0];
        Agrees("grad", "first", first);
        Agrees("grad", "second", second);
    }

    [Fact]
    public void Gradients_are_recorded_unless_switched_off()
    {
        torch.Tensor v = torch.ones(3).requires_grad_();
        Assert.True((v * 2).requires_grad);
        using (torch.no_grad())
        {
            Assert.False(torch.is_grad_enabled());
            Assert.False((v * 2).requires_grad);
            using (torch.enable_grad())
                Assert.True((v * 2).requires_grad);
        }
        using (torch.inference_mode())
        {
            Assert.True(torch.is_inference_mode_enabled());
            Assert.False((v * 2).requires_grad);
        }
        Assert.True(torch.is_grad_enabled());
        Assert.False(torch.is_inference_mode_enabled());
        Assert.Null(v.grad);
        (v * 2).sum().backward();
        Assert.Equal([2, 2, 2], v.grad!.data<float>().ToArray());
        v.grad = null;
        Assert.Null(v.grad);
        Assert.False(v.detach().requires_grad);
    }
}
