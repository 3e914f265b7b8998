using Router.Estimator;
using Router.Training.Attacks;

namespace Router.Training.Tests.Attacks;

public sealed class AttackedNetworkTests
{
    [Fact]
    public void The_router_of_a_mix_has_the_summed_probabilities_of_those_it_stands_in_for()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor logits = torch.tensor(new[] { 1f, -2f, 0.5f, 3f, 0f, 0f, 0f, 0f }, [2L, 4L]);
        using AttackedNetwork router = new(_ => logits, 1);
        torch.Tensor summed =
            router.Restrict(new Restriction([1, 3], [0, 0, 0, 1])).Logits(torch.zeros(2, 1)).softmax(1);
        torch.Tensor all = logits.softmax(1);
        Assert.Equal((all[0, 0] + all[0, 1] + all[0, 2]).ToDouble(), summed[0, 0].ToDouble(), 6);
        Assert.Equal(0.25, summed[1, 1].ToDouble(), 6);
    }
}
