namespace Router.Data.Tests;

public sealed class FramingTests
{
    [Theory]
    [InlineData(300, 500, 256, 426)] // ⌊500·256/300⌋
    [InlineData(500, 300, 426, 256)]
    [InlineData(100, 120, 256, 307)]
    public void Framing_is_resize_then_centre_cut(int height, int width, int resizedHeight, int resizedWidth)
    {
        Image8 image = Picture(height, width);
        Image8 resized = Resize.To(image, resizedHeight, resizedWidth);
        Image8 framed = DataSetKind.ImageNet.Framing.Apply(image);
        int top = (int)Math.Round((resizedHeight - 224) / 2.0), left = (int)Math.Round((resizedWidth - 224) / 2.0);
        Assert.Equal(new ImageShape(3, 224, 224), framed.Shape);
        for (int channel = 0; channel < 3; channel++)
            for (int y = 0; y < 224; y++)
                Assert.True(framed.Plane(channel).Slice(y * 224, 224)
                    .SequenceEqual(resized.Plane(channel).Slice((top + y) * resizedWidth + left, 224)));
    }

    [Fact]
    public void An_image_of_the_shape_is_taken_as_it_is()
    {
        Image8 image = Picture(224, 224);
        Assert.Same(image, DataSetKind.ImageNet.Framing.Apply(image));
    }

    [Fact]
    public void A_panorama_of_one_row_needs_no_more_memory_than_its_cut()
    {
        // Resized as a whole it would be 256 × 4 194 304 pixels, more than an image can hold.
        Image8 framed = DataSetKind.ImageNet.Framing.Apply(Picture(1, 16_384));
        Assert.Equal(224, framed.Height);
    }

    [Fact]
    public void A_square_larger_than_the_shorter_side_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Framing(31, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Framing(0, 0));
        Assert.Equal(32, new Framing(32, 32).Shape.Width);
    }

    [Fact]
    public void Known_data_sets_state_their_classes_and_shapes()
    {
        Assert.Same(DataSetKind.Cifar10, DataSetKind.Find("cifar10"));
        Assert.Null(DataSetKind.Find("cifar11"));
        Assert.Equal(new ImageShape(3, 32, 32), DataSetKind.Cifar10.Shape);
        Assert.Equal(new ImageShape(3, 224, 224), DataSetKind.ImageNet.Shape);
        Assert.Equal(1000, DataSetKind.ImageNet.ClassCount);
        Assert.Equal("truck", DataSetKind.Cifar10.LabelName(9));
        Assert.Equal("class 17", DataSetKind.ImageNet.LabelName(17));
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSetKind.Cifar10.LabelName(10));
    }

    private static Image8 Picture(int height, int width)
    {
        byte[] pixels = new byte[3 * height * width];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((i * 7 + i / width * 13) ^ (i >> 5));
        return new Image8(new ImageShape(3, height, width), pixels);
    }
}
