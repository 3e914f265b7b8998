using Tests;

namespace Router.Data.Tests;

/// <summary>The committed images and the pixels Pillow reads from them (Fixtures/make_fixtures.py).</summary>
internal static class Fixture
{
    /// <summary>Rows and columns of most fixtures.</summary>
    internal const int Height = 17, Width = 23;

    internal static string PathOf(string name) =>
        Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", name);

    internal static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>A .rgb file of interleaved bytes, as a planar image.</summary>
    internal static Image8 Expected(string name, int height, int width)
    {
        byte[] interleaved = Bytes(name + ".rgb");
        Assert.Equal(3 * height * width, interleaved.Length);
        byte[] planar = new byte[interleaved.Length];
        for (int i = 0; i < interleaved.Length; i++)
            planar[i % 3 * height * width + i / 3] = interleaved[i];
        return new Image8(new ImageShape(3, height, width), planar);
    }

    internal static int LargestDifference(Image8 a, Image8 b)
    {
        Assert.Equal(a.Shape, b.Shape);
        int largest = 0;
        for (int i = 0; i < a.Shape.Length; i++)
            largest = Math.Max(largest, Math.Abs(a.Pixels.Span[i] - b.Pixels.Span[i]));
        return largest;
    }
}
