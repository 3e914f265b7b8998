using Router.Training.Objectives;

namespace Router.Training.Tests.Objectives;

public sealed class LossForMixTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Of_two_copies_it_is_what_their_probabilities_give_by_hand()
    {
        double[] first = [.5, .25, .25], second = [.25, .5, .25], mean = [.375, .375, .25];
        double forClass = -(Math.Log(.5) + Math.Log(.25)) / 2;
        double forNone = -first.Concat(second).Sum(Math.Log) / 6;
        double divergence = mean.Select((f, c) => f * (Math.Log(f) - Math.Log(first[c]) / 2 - Math.Log(second[c]) / 2))
            .Sum();
        double entropy = -mean.Sum(f => f * Math.Log(f));
        double loss = Value([first, second], label: 0, own: .4, none: .3, lambda: 5, eta: .5);
        Assert.Equal(.4 * (forClass + 5 * divergence + .5 * entropy) + .3 * forNone, loss, 1e-12);
    }

    [Fact]
    public void An_image_that_weighs_1_for_its_class_and_nothing_for_none_is_consistency_regularisation()
    {
        torch.Tensor logits = torch.tensor(
            [1.0, -2, .5, 3, 0, .25, -1, 2, 2, .5, 0, 1], [4, 3], torch.ScalarType.Float64);
        torch.Tensor labels = torch.tensor([2L, 0L]);
        torch.Tensor weighed = LossForMix.PerImage(
            logits, labels, torch.ones(2, torch.ScalarType.Float64), torch.zeros(2, torch.ScalarType.Float64), 5, .5);
        double plain = torch.nn.functional.cross_entropy(logits, labels.repeat(2)).item<double>()
            + Consistency.PerImage(logits, 2, 5, .5).mean().item<double>();
        Assert.Equal(plain, weighed.mean().item<double>(), 1e-12);
    }

    [Fact]
    public void It_is_least_where_the_class_has_its_weight_and_the_others_their_even_part_of_the_rest()
    {
        // f = (a·1_y + b/K)/(a + b), where the gradient of a·CE_y + b·CE_u vanishes.
        const double Own = .15, None = .85;
        double[] least = [Own + None / 4, None / 4, None / 4, None / 4];
        torch.Tensor logits = torch.tensor([.. least.Select(f => Math.Log(f))], [1, 4], torch.ScalarType.Float64)
            .requires_grad_();
        LossForMix.PerImage(logits, torch.tensor([0L]), Weight(Own), Weight(None), lambda: 0, eta: 0).sum().backward();
        Assert.All(logits.grad!.data<double>().ToArray(), slope => Assert.Equal(0, slope, 1e-12));
    }

    [Fact]
    public void What_weighs_nothing_has_no_gradient()
    {
        torch.Tensor logits = torch.tensor([2.0, -1, 0, 1], [2, 2], torch.ScalarType.Float64).requires_grad_();
        LossForMix.PerImage(logits, torch.tensor([1L]), Weight(0), Weight(0), lambda: 5, eta: .5).sum().backward();
        Assert.All(logits.grad!.data<double>().ToArray(), slope => Assert.Equal(0, slope));
    }

    private static torch.Tensor Weight(double value) => torch.tensor([value], torch.ScalarType.Float64);

    private static double Value(
        double[][] copies, long label, double own, double none, double lambda, double eta) => LossForMix.PerImage(
        torch.tensor([.. copies.SelectMany(f => f.Select(p => Math.Log(p)))], [copies.Length, copies[0].Length],
            torch.ScalarType.Float64),
        torch.tensor([label]), Weight(own), Weight(none), lambda, eta).item<double>();
}
