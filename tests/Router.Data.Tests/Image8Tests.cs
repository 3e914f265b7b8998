namespace Router.Data.Tests;

public sealed class Image8Tests
{
    [Fact]
    public void Pixels_must_fill_the_shape_exactly()
    {
        var shape = new ImageShape(3, 2, 2);
        Assert.Contains("3×2×2 holds 12 bytes, got 11",
            Assert.Throws<ArgumentException>(() => new Image8(shape, new byte[11])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Image8(shape, new byte[13]));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, -1)]
    [InlineData(3, 65536, 65536)]
    public void Shape_refuses_empty_and_oversized_extents(int channels, int height, int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageShape(channels, height, width));

    [Fact]
    public void Planes_lie_one_after_the_other()
    {
        var image = new Image8(new ImageShape(2, 1, 3), new byte[] { 1, 2, 3, 4, 5, 6 });
        Assert.Equal([4, 5, 6], image.Plane(1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => image.Plane(2).Length);
    }
}
