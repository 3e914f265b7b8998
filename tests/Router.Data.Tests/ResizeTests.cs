namespace Router.Data.Tests;

public sealed class ResizeTests
{
    [Theory]
    [InlineData(7, 10)]
    [InlineData(1, 1)]
    [InlineData(17, 11)]
    [InlineData(32, 32)]
    [InlineData(34, 46)]
    [InlineData(40, 9)]
    public void Result_is_within_one_level_of_Pillow(int height, int width)
    {
        // Pillow rounds to whole levels after each axis, we once at the end.
        Image8 expected = Fixture.Expected($"rgb-{height}x{width}", height, width);
        Image8 resized = Resize.To(Fixture.Expected("rgb", Fixture.Height, Fixture.Width), height, width);
        Assert.InRange(Fixture.LargestDifference(expected, resized), 0, 1);
    }

    [Theory]
    // weights 3:1 and 1:3; 12.5 and 17.5 round up
    [InlineData(1, 4, new byte[] { 10, 20 }, new byte[] { 10, 13, 18, 20 })]
    [InlineData(1, 2, new byte[] { 1, 2, 4 }, new byte[] { 1, 3 })] // (2·1 + 2)/3 = 1.33, (2 + 2·4)/3 = 3.33
    [InlineData(1, 1, new byte[] { 0, 1 }, new byte[] { 1 })] // one half rounds up
    [InlineData(2, 1, new byte[] { 7 }, new byte[] { 7, 7 })]
    public void Small_cases_follow_the_definition(int height, int width, byte[] row, byte[] expected) =>
        Assert.Equal(expected, Resize.To(new Image8(new ImageShape(1, 1, row.Length), row), height, width)
            .Pixels.ToArray());

    [Fact]
    public void A_flat_image_stays_flat_at_every_size()
    {
        byte[] pixels = new byte[3 * 5 * 7];
        Array.Fill(pixels, (byte)255);
        var flat = new Image8(new ImageShape(3, 5, 7), pixels);
        for (int height = 1; height <= 16; height++)
            for (int width = 1; width <= 16; width++)
                Assert.Equal(-1, Resize.To(flat, height, width).Pixels.Span.IndexOfAnyExcept((byte)255));
    }

    [Fact]
    public void An_unchanged_size_returns_the_same_image()
    {
        Image8 image = Fixture.Expected("rgb", Fixture.Height, Fixture.Width);
        Assert.Same(image, Resize.To(image, Fixture.Height, Fixture.Width));
    }
}
