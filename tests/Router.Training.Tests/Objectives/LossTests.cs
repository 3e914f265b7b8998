using Router.Training.Objectives;

namespace Router.Training.Tests.Objectives;

public sealed class LossTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Soft_cross_entropy_and_its_gradient_are_PyTorchs()
    {
        LossReference reference = LossReference.Of("soft_cross_entropy");
        AgreesWithGradient(reference, logits => SoftCrossEntropy.PerImage(logits, reference.Tensor("targets")));
    }

    [Theory]
    [InlineData("consistency_of_two")]
    [InlineData("consistency_of_four")]
    [InlineData("consistency_of_one")]
    [InlineData("consistency_extreme")]
    [InlineData("consistency_far")]
    public void Consistency_and_its_gradient_are_the_references(string name)
    {
        LossReference reference = LossReference.Of(name);
        AgreesWithGradient(reference, logits => ConsistencyOf(reference, logits));
    }

    [Theory]
    [InlineData("consistency_extreme")]
    [InlineData("consistency_far")]
    public void Consistency_in_float32_is_finite_where_the_naive_form_is_not(string name)
    {
        LossReference reference = LossReference.Of(name);
        Assert.False(reference.Truth("naive_single_gradient_is_finite"));
        torch.Tensor leaf = reference.Tensor("logits", torch.ScalarType.Float32).requires_grad_();
        torch.Tensor value = ConsistencyOf(reference, leaf);
        (value * reference.Tensor("weights", torch.ScalarType.Float32)).sum().backward();
        reference.Agrees("value", value, 1e-4);
        reference.Agrees("gradient", leaf.grad!, 1e-4);
    }

    [Fact]
    public void The_routers_loss_and_its_gradient_are_those_of_one_image_at_a_time()
    {
        LossReference reference = LossReference.Of("router_loss");
        torch.Tensor leaf = reference.Tensor("logits").requires_grad_();
        torch.Tensor loss = RouterLoss.Value(
            leaf, reference.Tensor("targets"), reference.Tensor("balance"), reference.Tensor("stake"),
            reference.Number("lam"), reference.Number("eta"));
        loss.backward();
        reference.Agrees("value", loss.view(1));
        reference.Agrees("gradient", leaf.grad!);
    }

    [Fact]
    public void Routes_weigh_the_inverse_of_their_share_and_an_image_1_on_average()
    {
        int[] best = [0, 0, 0, 0, 0, 0, 2, 2, 2, 3];
        double[] balance = RouterLoss.Balance(best, routes: 4);
        Assert.Equal([10 / (3.0 * 6), 0, 10 / (3.0 * 3), 10 / 3.0], balance);
        Assert.Equal(1, best.Average(route => balance[route]), 12);
    }

    [Fact]
    public void Rows_that_are_not_copies_of_the_images_are_refused()
    {
        ArgumentException fault =
            Assert.Throws<ArgumentException>(() => Consistency.PerImage(torch.zeros(5, 3), copies: 2, 1, 1));
        Assert.Contains("5 rows do not divide into 2 copies", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<ArgumentException>(() => SoftCrossEntropy.PerImage(torch.zeros(4, 3), torch.zeros(4, 2)));
        Assert.Contains("targets [4, 2] are not those of logits [4, 3]", fault.Message, StringComparison.Ordinal);
    }

    private static torch.Tensor ConsistencyOf(LossReference reference, torch.Tensor logits) =>
        Consistency.PerImage(logits, reference.Whole("copies"), reference.Number("lam"), reference.Number("eta"));

    private static void AgreesWithGradient(LossReference reference, Func<torch.Tensor, torch.Tensor> loss)
    {
        torch.Tensor leaf = reference.Tensor("logits").requires_grad_();
        torch.Tensor value = loss(leaf);
        (value * reference.Tensor("weights")).sum().backward();
        reference.Agrees("value", value);
        reference.Agrees("gradient", leaf.grad!);
    }
}
