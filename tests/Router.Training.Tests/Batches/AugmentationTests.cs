using Router.Data;
using Router.Training.Batches;

namespace Router.Training.Tests.Batches;

public sealed class AugmentationTests
{
    private static readonly ImageShape Small = new(2, 2, 3);

    // Two planes of 2 rows and 3 columns.
    private static readonly byte[] Pixels = [10, 20, 30, 40, 50, 60, 110, 120, 130, 140, 150, 160];

    // With a padding of 1 there are three places a way: 16 bits of 0, of a half and all set are up, middle, down; left,
    // middle, right.
    private const ulong Low = 0, Middle = 0x8000, High = 0xFFFF, Mirror = 1ul << 32;

    [Fact]
    public void Without_augmentation_pixels_are_their_own_channels_last_and_scaled_to_1()
    {
        float[] expected = [10, 110, 20, 120, 30, 130, 40, 140, 50, 150, 60, 160];
        Assert.Equal(expected.Select(level => level / 255), Written(Augmentation.None, ulong.MaxValue));
        Assert.Equal(
            expected.Select(level => level / 255), Written(new(1, Flip: false), Middle | Middle << 16 | Mirror));
    }

    [Fact]
    public void A_crop_up_and_to_the_left_moves_the_image_down_and_to_the_right_and_fills_with_black() =>
        Assert.Equal(
            Levels([0, 0, 0, 0, 10, 20], [0, 0, 0, 0, 110, 120]), Written(new(1, Flip: true), Low | Low << 16));

    [Fact]
    public void A_crop_down_and_to_the_right_moves_the_image_up_and_to_the_left() =>
        Assert.Equal(
            Levels([50, 60, 0, 0, 0, 0], [150, 160, 0, 0, 0, 0]), Written(new(1, Flip: true), High | High << 16));

    [Fact]
    public void A_flip_mirrors_what_the_crop_has_cut() =>
        Assert.Equal(
            Levels([0, 30, 20, 0, 60, 50], [0, 130, 120, 0, 160, 150]),
            Written(new(1, Flip: true), Middle | High << 16 | Mirror));

    [Fact]
    public void Every_place_and_both_sides_are_as_frequent_as_the_others()
    {
        TrainingSeed seed = new(3);
        Dictionary<string, int> seen = [];
        for (int i = 0; i < 18_000; i++)
        {
            string text = string.Join(' ', Written(new(1, Flip: true), seed.Word(Purpose.Crop, 1, i)));
            seen[text] = seen.GetValueOrDefault(text) + 1;
        }
        Assert.Equal(18, seen.Count);
        // 1000 each; five standard deviations are 154.
        Assert.All(seen.Values, count => Assert.InRange(count, 846, 1154));
    }

    private static float[] Written(Augmentation augmentation, ulong word)
    {
        float[] target = new float[Pixels.Length];
        augmentation.Write(Pixels, Small, word, target);
        return target;
    }

    private static IEnumerable<float> Levels(int[] first, int[] second) =>
        first.Zip(second).SelectMany(pair => new[] { pair.First / 255f, pair.Second / 255f });
}
