using Router.Engine;

namespace Router.Experts.Tests.Engine;

public sealed class SoftmaxTests
{
    [Fact]
    public void The_exponential_is_that_of_the_c_library_to_a_few_units_of_the_last_digit()
    {
        for (double x = 0; x > -708; x -= 0.0137)
            Assert.InRange(Softmax.Exp(x) / Math.Exp(x), 1 - 1e-15, 1 + 1e-15);
        Assert.Equal(1, Softmax.Exp(0));
        Assert.Equal(double.Epsilon, Softmax.Exp(-744.4));
        Assert.Equal((0, 0), (Softmax.Exp(-746), Softmax.Exp(double.MinValue)));
    }

    [Fact]
    public void The_largest_share_is_of_equal_logits_the_same_part_and_never_more_than_all()
    {
        Assert.Equal(0.25, Softmax.LargestShare([3, 3, 3, 3], 0));
        Assert.Equal(1, Softmax.LargestShare([float.MaxValue, float.MinValue], 0));
        Assert.Equal(0.880797077977882444, Softmax.LargestShare([1, 3], 1), 1e-15);
    }
}
