using Router.Training.Attacks;

namespace Router.Training.Tests.Attacks;

public sealed class AttackObjectivesTests
{
    [Fact]
    public void The_route_s_objective_is_the_logarithm_of_both_smoothed_probabilities()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor votes = torch.tensor(new[] { 1f, -2f, 0.5f, 3f, 0f, -1f }, [2L, 3L]),
            routes = torch.tensor(new[] { 0.3f, 0.1f, -0.7f, 2f }, [2L, 2L]);
        using AttackedNetwork expert = new(_ => votes, 1), router = new(_ => routes, 1);
        torch.Tensor noise = torch.zeros(2, 1, 1, 1), image = torch.zeros(1, 1, 1, 1);
        double value = AttackObjectives.OfRoute(
            (router, noise, torch.tensor(new long[] { 1 })), (expert, noise, torch.tensor(new long[] { 0 })))(image)
                .ToDouble();
        double certified =
            votes.softmax(1).mean([0L])[0].ToDouble(), route = routes.softmax(1).mean([0L])[1].ToDouble();
        Assert.Equal(Math.Log(1 - certified) + Math.Log(route), value, 5);
    }

    [Fact]
    public void An_expert_that_is_so_sure_that_its_probability_rounds_to_1_still_has_a_finite_objective()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using AttackedNetwork expert =
            new(_ => torch.tensor(new[] { 200f, 0f, 0f }, [1L, 3L]), 1), router = new(_ => torch.zeros(1, 2), 1);
        torch.Tensor noise = torch.zeros(1, 1, 1, 1);
        double value = AttackObjectives.OfRoute(
            (router, noise, torch.tensor(new long[] { 1 })), (expert, noise, torch.tensor(new long[] { 0 })))(noise)
                .ToDouble();
        Assert.Equal(Math.Log(2) - 200 - Math.Log(2), value, 3);
    }
}
