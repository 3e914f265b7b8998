using System.Security.Cryptography;

namespace Router.Data.Tests;

public sealed class PatternsTests
{
    [Fact]
    public void Patterns_have_no_label_and_do_not_depend_on_the_count()
    {
        var few = new Patterns(8);
        var many = new Patterns(64);
        Assert.Equal(8, few.Count);
        Assert.Empty(few.LabelNames);
        Assert.Null(few.Read(5).Label);
        Assert.Equal(few.Read(5).Image.Pixels.ToArray(), many.Read(5).Image.Pixels.ToArray());
    }

    [Fact]
    public void The_first_two_hundred_patterns_all_differ_and_none_is_flat()
    {
        var data = new Patterns(200);
        byte[][] images = [.. Enumerable.Range(0, data.Count).Select(i => data.Read(i).Image.Pixels.ToArray())];
        Assert.Equal(200, images.Select(pixels => Convert.ToHexString(SHA256.HashData(pixels))).Distinct(StringComparer.Ordinal).Count());
        Assert.All(images, pixels => Assert.True(pixels.Distinct().Count() > 3));
    }

    [Fact]
    public void A_set_of_none_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Patterns(0));
}
