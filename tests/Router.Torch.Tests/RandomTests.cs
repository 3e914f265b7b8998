namespace Router.Torch.Tests;

public sealed class RandomTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void The_same_seed_draws_PyTorchs_numbers()
    {
        torch.manual_seed(5);
        Check("randn", torch.randn(5));
        Check("randn_many", torch.randn(4, 9));
        Check("rand", torch.rand(6));
        Check("randint", torch.randint(3, 50, [7]));
        Check("randperm", torch.randperm(9));
        Check("normal_", torch.empty(6).normal_(1, 2));
        Check("uniform_", torch.empty(6).uniform_(-1, 3));
        Check("dropout", torch.nn.functional.dropout(torch.ones(12), 0.4));
        Check("randn_like", torch.randn_like(torch.zeros(3)));
        Check("rand_like", torch.rand_like(torch.zeros(3)));
        Check("kaiming_normal", torch.nn.init.kaiming_normal_(
            torch.empty(4, 3, 3, 3), mode: torch.nn.init.FanInOut.FanOut, nonlinearity: torch.nn.init.NonlinearityType.ReLU));
        Check("kaiming_uniform", torch.nn.init.kaiming_uniform_(torch.empty(4, 6), a: Math.Sqrt(5)));

        static void Check(string name, torch.Tensor drawn) => PyTorch.Agrees("random", name, drawn);
    }

    [Fact]
    public void A_generator_of_ones_own_draws_PyTorchs_numbers()
    {
        using torch.Generator own = new(6);
        Assert.Equal(6, own.initial_seed());
        Check("randn", torch.randn(5, generator: own));
        Check("rand", torch.rand(6, generator: own));
        Check("normal_", torch.empty(4).normal_(generator: own));
        Check("randperm", torch.randperm(5, generator: own));

        static void Check(string name, torch.Tensor drawn) => PyTorch.Agrees("generator", name, drawn);
    }

    [Fact]
    public void A_generator_put_back_into_a_state_draws_the_same_again()
    {
        using torch.Generator own = new torch.Generator().manual_seed(3);
        torch.rand(100, generator: own);
        torch.Tensor state = own.get_state();
        float[] first = torch.randn(7, generator: own).data<float>().ToArray();
        own.set_state(state);
        Assert.Equal(first, torch.randn(7, generator: own).data<float>().ToArray());

        torch.Tensor shared = torch.random.get_rng_state();
        first = torch.randn(7).data<float>().ToArray();
        torch.random.set_rng_state(shared);
        Assert.Equal(first, torch.randn(7).data<float>().ToArray());
    }

    [Fact]
    public void First_values_of_weights_are_as_asked_and_not_recorded()
    {
        torch.Tensor w = torch.empty(200, 50).requires_grad_();
        Assert.Equal(10_000, torch.nn.init.ones_(w).sum().ToSingle());
        Assert.Equal(0, torch.nn.init.zeros_(w).sum().ToSingle());
        Assert.Equal(25_000, torch.nn.init.constant_(w, 2.5).sum().ToSingle());
        torch.manual_seed(1);
        torch.nn.init.uniform_(w, -1, 3);
        Assert.InRange(w.min().ToSingle(), -1, -0.99);
        Assert.InRange(w.max().ToSingle(), 2.99, 3);
        torch.nn.init.normal_(w, 4, 0.5);
        Assert.InRange(w.mean().ToSingle(), 3.98, 4.02);
        Assert.InRange(w.std([0, 1]).ToSingle(), 0.49, 0.51);
        Assert.True(w.is_leaf);
    }
}
