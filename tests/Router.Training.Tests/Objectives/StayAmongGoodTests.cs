using Router.Training.Objectives;

namespace Router.Training.Tests.Objectives;

public sealed class StayAmongGoodTests : IDisposable
{
    private static readonly LossReference Reference = LossReference.Of("stay_among_good");

    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Loss_and_gradient_are_those_that_PyTorch_finds_image_by_image_and_radius_by_radius()
    {
        torch.Tensor leaf = Reference.Tensor("logits").requires_grad_();
        torch.Tensor value =
            StayAmongGood.PerImage(leaf, Reference.Tensor("chances"), Reference.Tensor("radius_weights"));
        (value * Reference.Tensor("weights")).sum().backward();
        Reference.Agrees("value", value);
        Reference.Agrees("gradient", leaf.grad!);
        Reference.Agrees(
            "kept", StayAmongGood.Kept(leaf, Reference.Tensor("chances"), Reference.Tensor("radius_weights")).view(1));
    }

    [Fact]
    public void An_image_that_all_routes_or_none_can_prove_costs_nothing_wherever_it_goes()
    {
        torch.Tensor logits = torch.tensor(new float[] { 9, -9, 0, -30, 2, 40 }, [2, 3]);
        torch.Tensor alike = torch.cat([torch.ones([1, 2, 3]), torch.zeros([1, 2, 3])], 0);
        Assert.InRange(StayAmongGood.PerImage(logits, alike, torch.ones(2)).abs().max().ToDouble(), 0, 1e-5);
    }

    [Fact]
    public void Routes_that_are_good_share_and_a_sure_wrong_route_has_a_finite_gradient()
    {
        torch.Tensor chances = torch.tensor(new float[] { 1, 1, 0 }, [1, 1, 3]),
        leaf = torch.tensor(new float[] { 20, 20, 0, -200, -200, 200 }, [2, 3]).requires_grad_();
        torch.Tensor lost = StayAmongGood.PerImage(leaf, chances, torch.ones(1));
        lost.sum().backward();
        Assert.InRange(lost[0].ToDouble(), -1e-5, 1e-5);
        Assert.InRange(lost[1].ToDouble(), 5, 20);
        Assert.True(leaf.grad!.isfinite().all().item<bool>());
    }
}
