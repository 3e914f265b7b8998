using System.Security.Cryptography;

namespace Router.Data.Tests;

public sealed class Shapes10Tests
{
    private static readonly Shapes10 Train = new(Shapes10Split.Train, 1000, seed: 10),
    Test = new(Shapes10Split.Test, 1000, seed: 10);

    // The training images of each class, levels 0..1.
    private static readonly ILookup<int, double[]> Of = Enumerable.Range(0, Train.Count).Select(Train.Read)
        .ToLookup(image => image.Label!.Value, Levels);

    [Theory]
    [InlineData(Shapes10Split.Train, "dec0dd721332375436a6809c8f064ba8cb538dead7fdd40a40144644f033045e")]
    [InlineData(Shapes10Split.Test, "109210d5dbb109f66c54c67576f623371977177ee8e68e0565d88acd42c65332")]
    public void Images_and_labels_are_the_same_on_every_machine(Shapes10Split split, string expected)
    {
        Shapes10 data = Shapes10.Open(split);
        byte[] all = [.. Enumerable.Range(0, 100).Select(data.Read)
            .SelectMany(image => (byte[])[(byte)image.Label!.Value, .. image.Image.Pixels.Span])];
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(all)));
    }

    [Fact]
    public void An_image_depends_on_seed_split_and_index_and_not_on_the_count()
    {
        byte[] image = Pixels(Train, 7);
        Assert.Equal(image, Pixels(new Shapes10(Shapes10Split.Train, 8, seed: 10), 7));
        Assert.NotEqual(image, Pixels(Test, 7));
        Assert.NotEqual(image, Pixels(new Shapes10(Shapes10Split.Train, 8, seed: 11), 7));
        Assert.NotEqual(image, Pixels(Train, 8));
    }

    [Fact]
    public void Its_standard_splits_share_no_image_and_repeat_none()
    {
        Shapes10 train = Shapes10.Open(Shapes10Split.Train), test = Shapes10.Open(Shapes10Split.Test);
        Assert.Equal((10_000, 2000), (train.Count, test.Count));
        Assert.Equal(("shapes10 train", "shapes10 test"), (train.Name, test.Name));
        IEnumerable<string> hashes = Enumerable.Range(0, train.Count).Select(train.Read)
            .Concat(Enumerable.Range(0, test.Count).Select(test.Read))
            .Select(image => Convert.ToHexString(SHA256.HashData(image.Image.Pixels.Span)));
        Assert.Equal(12_000, hashes.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_ten_images_hold_each_class_once_in_an_order_of_their_own()
    {
        string[] blocks = [.. Enumerable.Range(0, 1000).Chunk(10)
            .Select(block => string.Concat(block.Select(index => Train.Read(index).Label)))];
        Assert.All(blocks, block => Assert.Equal("0123456789", string.Concat(block.Order())));
        Assert.True(blocks.Distinct(StringComparer.Ordinal).Count() > 95);
        int[] everyTwentieth = [.. Enumerable.Range(0, 50).Select(i => Train.Read(20 * i).Label!.Value)];
        Assert.Equal(10, everyTwentieth.Distinct().Count());
    }

    // ℓ2 in [0,1] pixels. Two images at a distance D, and nothing else possible, are told apart under noise σ in
    // Φ(D/2σ) of all draws: 6 is 99.9 % at σ = 1.
    [Fact]
    public void The_means_of_coarse_classes_lie_six_apart_and_those_of_fine_classes_within_two()
    {
        double[][] means = [.. Enumerable.Range(0, 10).Select(label => MeanOf([.. Of[label]]))];
        Assert.All(Pairs(0, 5), pair => Assert.True(
            Distance(means[pair.A], means[pair.B]) > 6, $"{pair}: {Distance(means[pair.A], means[pair.B])}"));
        Assert.All(Pairs(5, 10), pair => Assert.True(
            Distance(means[pair.A], means[pair.B]) < 2, $"{pair}: {Distance(means[pair.A], means[pair.B])}"));
        Assert.All(Enumerable.Range(5, 5), fine =>
            Assert.All(Enumerable.Range(0, 5), coarse => Assert.True(Distance(means[fine], means[coarse]) > 6)));
    }

    [Fact]
    public void Blurred_to_eighths_a_coarse_image_is_nearest_to_its_class_and_a_fine_one_at_chance()
    {
        double[][] means = [.. Enumerable.Range(0, 10).Select(label => Blur(MeanOf([.. Of[label]])))];
        double Right(int from) =>
            Enumerable.Range(0, 1000).Select(Test.Read).Where(image => image.Label >= from && image.Label < from + 5)
            .Average(image => Enumerable.Range(from, 5)
                .MinBy(label => Distance(means[label], Blur(Levels(image)))) == image.Label ? 1.0 : 0);
        Assert.InRange(Right(0), .95, 1);
        Assert.InRange(Right(5), .1, .3);
    }

    [Fact]
    public void Brightness_and_contrast_tell_no_fine_class_from_another()
    {
        double[] means = [.. Enumerable.Range(5, 5).Select(label => Of[label].Average(image => image.Average()))];
        double[] deviations = [.. Enumerable.Range(5, 5).Select(
            label => Of[label].Average(image => Math.Sqrt(image.Average(x => x * x) - Math.Pow(image.Average(), 2))))];
        Assert.InRange(means.Max() - means.Min(), 0, .04);
        Assert.InRange(deviations.Max() - deviations.Min(), 0, .02);
    }

    [Fact]
    public void It_is_known_by_name_and_found_on_every_machine()
    {
        Assert.Same(DataSetKind.Shapes10, DataSetKind.Find("shapes10"));
        Assert.Equal((10, new ImageShape(3, 32, 32)), (DataSetKind.Shapes10.ClassCount, DataSetKind.Shapes10.Shape));
        Assert.Equal(("disc", "dots"), (DataSetKind.Shapes10.LabelName(0), DataSetKind.Shapes10.LabelName(9)));
        DataLocation location = DataLocation.Find(DataSetKind.Shapes10, dataFolder: "/nowhere", home: "/nowhere");
        Assert.True(location.Found);
        Assert.Null(location.Folder);
        Assert.Equal("rendered by this program, no files needed", location.ToString());
    }

    [Fact]
    public void A_set_of_none_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Shapes10(Shapes10Split.Train, 0, seed: 10));

    private static byte[] Pixels(Shapes10 data, int index) => data.Read(index).Image.Pixels.ToArray();

    private static double[] Levels(LabelledImage image) =>
        [.. image.Image.Pixels.ToArray().Select(level => level / 255.0)];

    private static double[] MeanOf(double[][] images) =>
        [.. Enumerable.Range(0, images[0].Length).Select(i => images.Average(image => image[i]))];

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private static IEnumerable<(int A, int B)> Pairs(int first, int end) =>
        from a in Enumerable.Range(first, end - first) from b in Enumerable.Range(a + 1, end - a - 1) select (a, b);

    // The mean of each square of 4 × 4 pixels, 8 × 8 of them per colour.
    private static double[] Blur(double[] image) =>
        [.. Enumerable.Range(0, 3 * 64).Select(block => Enumerable.Range(0, 16).Average(
        inside => image[block / 64 * 1024 + (block / 8 % 8 * 4 + inside / 4) * 32 + block % 8 * 4 + inside % 4]))];
}
