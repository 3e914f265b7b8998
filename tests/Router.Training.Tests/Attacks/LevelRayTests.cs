using Router.Evaluation.Attacks;
using Router.Training.Attacks;

namespace Router.Training.Tests.Attacks;

public sealed class LevelRayTests
{
    [Fact]
    public void The_farthest_point_is_the_largest_that_rounding_leaves_in_the_ball()
    {
        byte[] origin = [.. Enumerable.Range(0, 300).Select(i => (byte)(i * 7 % 256))];
        double[] offset = [.. Enumerable.Range(0, 300).Select(i => 4 * Math.Sin(i))];
        LevelRay ray = new(origin, offset);
        foreach (double epsilon in (double[])[0.01, 0.05, 0.1, 0.15])
        {
            double t = ray.Within(epsilon);
            Assert.InRange(LevelDistance.OfSquared(ray.SquaredAt(t)), 0, epsilon);
            Assert.True(t == 1 || LevelDistance.OfSquared(ray.SquaredAt(t + 1e-4)) > epsilon - 0.01);
        }
        Assert.Equal(1, ray.Within(10));
    }

    [Fact]
    public void The_distance_grows_along_the_ray_and_levels_stay_levels()
    {
        LevelRay ray = new([0, 255, 128, 1], [-300, 300, 0.4, 0.6]);
        Assert.Equal([0, 255, 128, 2], ray.At(1));
        Assert.Equal(1, ray.SquaredAt(1));
        Assert.Equal(0, ray.SquaredAt(0.5));
    }
}
