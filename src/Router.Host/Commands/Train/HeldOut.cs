using Router.Evaluation;

namespace Router.Host.Commands.Train;

/// <summary>The last images of a data set, which are not learned but measured on.</summary>
internal static class HeldOut
{
    /// <summary>What is learned, and what is held out.</summary>
    /// <param name="images">The indices of all.</param>
    /// <param name="held">How many of the last are held out, ≥ 0.</param>
    /// <param name="most">How many of the others are learned at most; null for all.</param>
    /// <param name="data">The data set, for messages.</param>
    /// <exception cref="BadInputException">Nothing is left to learn.</exception>
    public static (int[] Learned, int[] Held) Split(int[] images, int held, int? most, string data) =>
        held < images.Length
            ? ([.. images[..^held].Take(most ?? int.MaxValue)], images[^held..])
            : throw new BadInputException($"--hold-out {held} leaves no image of the {images.Length} of {data}");
}
