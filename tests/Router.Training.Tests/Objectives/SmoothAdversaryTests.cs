using Router.Training.Objectives;

namespace Router.Training.Tests.Objectives;

public sealed class SmoothAdversaryTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData("adversary")]
    [InlineData("adversary_one_step")]
    public void Attacked_images_and_their_loss_are_those_of_PyTorch_attacking_one_image_at_a_time(string name)
    {
        Attacked attacked = new(name);
        torch.Tensor found =
            attacked.Adversary.Attack(attacked.Forward, attacked.Images, attacked.Labels, attacked.Noise);
        attacked.Reference.Agrees("adversarial", found);
        attacked.Reference.Agrees("loss", attacked.LossAt(found));
        attacked.Reference.Agrees("loss_before", attacked.LossAt(attacked.Images));
    }

    [Fact]
    public void An_attack_within_no_gradients_leaves_none_behind_and_changes_neither_images_nor_noise()
    {
        Attacked attacked = new("adversary");
        torch.Tensor weights =
            attacked.Out.requires_grad_(), images = attacked.Images.clone(), noise = attacked.Noise.clone();
        torch.Tensor found;
        using (torch.no_grad())
            found = attacked.Adversary.Attack(attacked.Forward, attacked.Images, attacked.Labels, attacked.Noise);
        attacked.Reference.Agrees("adversarial", found);
        Assert.False(found.requires_grad);
        Assert.True(weights.grad is null || weights.grad.IsInvalid);
        Assert.Equal(0, (images - attacked.Images).abs().max().ToDouble());
        Assert.Equal(0, (noise - attacked.Noise).abs().max().ToDouble());
    }

    [Fact]
    public void A_step_is_as_long_where_the_classifier_is_so_sure_that_squares_of_gradients_round_to_0()
    {
        torch.Tensor images = torch.full([2, 1, 2, 2], 0.5), noise = torch.zeros(4, 1, 2, 2);
        SmoothAdversary adversary = new(Epsilon: 0.1, Steps: 1) { StepSize = 0.0625 };
        // Class 0 leads by 60 less a pixel: the probability of the other is near 1e-26.
        torch.Tensor found = adversary.Attack(
            noisy => torch.stack([torch.full(4, 60.0), noisy.flatten(1).select(1, 0)], 1), images,
            torch.tensor(new long[] { 0, 0 }), noise);
        Assert.Equal(2 * 0.0625 * 0.0625, (found - images).square().sum().ToDouble(), 6);
        Assert.Equal(0.5625, found[1, 0].select(0, 0).select(0, 0).ToDouble(), 6);
    }

    [Fact]
    public void An_image_whose_gradient_is_0_stays_where_it_is()
    {
        torch.Tensor images = torch.full([2, 1, 2, 2], 0.25);
        torch.Tensor found = new SmoothAdversary(Epsilon: 0.5, Steps: 3).Attack(
            noisy => noisy.flatten(1).narrow(1, 0, 2) * 0, images, torch.tensor(new long[] { 0, 1 }),
            torch.zeros(2, 1, 2, 2));
        Assert.Equal(0, (found - images).abs().max().ToDouble());
    }

    [Fact]
    public void Attacked_images_stay_in_the_cube_and_in_the_ball()
    {
        Attacked attacked = new("adversary");
        SmoothAdversary adversary = new(Epsilon: 1.5, Steps: 10) { StepSize = 1 };
        torch.Tensor found = adversary.Attack(attacked.Forward, attacked.Images, attacked.Labels, attacked.Noise);
        Assert.InRange(found.min().ToDouble(), 0, 1);
        Assert.InRange(found.max().ToDouble(), 0, 1);
        Assert.InRange((found - attacked.Images).square().sum([1, 2, 3]).sqrt().max().ToDouble(), 0.5, 1.5 + 1e-12);
    }

    private sealed class Attacked(string name)
    {
        private readonly torch.Tensor _hidden = LossReference.Of(name).Tensor("hidden");

        public LossReference Reference { get; } = LossReference.Of(name);

        public torch.Tensor Out { get; } = LossReference.Of(name).Tensor("out");

        public torch.Tensor Images { get; } = LossReference.Of(name).Tensor("images");

        public torch.Tensor Labels { get; } = LossReference.Of(name).Tensor("labels", torch.ScalarType.Int64);

        public torch.Tensor Noise { get; } = LossReference.Of(name).Tensor("noise");

        public SmoothAdversary Adversary => new(Reference.Number("epsilon"), Reference.Whole("steps"));

        public torch.Tensor Forward(torch.Tensor noisy) => noisy.flatten(1).matmul(_hidden.t()).tanh().matmul(Out.t());

        public torch.Tensor LossAt(torch.Tensor images) =>
            SmoothAdversary.Loss(Forward(NoiseCopies.Noisy(images, Noise)), Labels);
    }
}
