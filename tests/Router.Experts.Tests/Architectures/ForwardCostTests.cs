using Router.Experts.Loading;

namespace Router.Experts.Tests.Architectures;

public sealed class ForwardCostTests
{
    // Multiply-adds: torchvision prints 4.09 G for its ResNet-50; He et al.'s CIFAR networks have 41 M (20 layers) and
    // 253 M (110), without projections.
    [Theory]
    [InlineData("resnet50", "imagenet", 4.09e9, 0.002)]
    [InlineData("cifar_resnet20", "cifar10", 41e6, 0.02)]
    [InlineData("cifar_resnet110", "cifar10", 253e6, 0.02)]
    public void Flops_are_twice_the_published_multiply_adds(
        string architecture, string dataset, double multiplyAdds, double tolerance) =>
        Assert.Equal(1, ForwardCost.Flops(architecture, DatasetFacts.Find(dataset)!)!.Value / (
            2 * multiplyAdds), tolerance);

    [Fact]
    public void Hidden_layers_count_and_layers_that_are_not_known_have_no_cost()
    {
        DatasetFacts cifar = DatasetFacts.Find("cifar10")!;
        double plain = ForwardCost.Flops("cifar_resnet20", cifar)!.Value,
            hidden = ForwardCost.Flops("cifar_resnet20_mlp128", cifar)!.Value;
        Assert.Equal(2 * (64 * 128 + 128 * 128 + 128 * 10 - 64 * 10), hidden - plain);
        Assert.Null(ForwardCost.Flops("torchscript", cifar));
    }

    [Fact]
    public void Sigma_costs_one_more_channel_in_the_first_convolution_and_twice_the_width_four_times_as_much()
    {
        DatasetFacts cifar = DatasetFacts.Find("cifar10")!;
        double plain = ForwardCost.Flops("cifar_resnet20", cifar)!.Value;
        Assert.Equal(2 * 32 * 32 * 9 * 16, ForwardCost.Flops("cifar_resnet20_sigma", cifar) - plain);
        Assert.InRange(ForwardCost.Flops("cifar_resnet20_x2", cifar)!.Value / plain, 3.9, 4);
    }
}
