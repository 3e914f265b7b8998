using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Router.Evaluation.Tuning;

/// <summary>
/// What a search's choices are worth on images that it has not seen: the images fall into parts, each is scored by the
/// cascade that was chosen on all the others.
/// </summary>
internal static class CrossValidation
{
    /// <summary>Which images are in which part; that depends on the seed and the image alone.</summary>
    /// <param name="indices">The images by their index in the data set.</param>
    /// <param name="parts">How many parts.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>Places of images, part by part, each ascending.</returns>
    public static ImmutableArray<ImmutableArray<int>> Parts(ImmutableArray<int> indices, int parts, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, indices.Length).OrderBy(place => Convert.ToHexString(SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {indices[place]}")))),
            StringComparer.Ordinal)];
        return [.. Enumerable.Range(0, parts).Select(part =>
            order.Where((_, rank) => rank % parts == part).Order().ToImmutableArray())];
    }

    /// <summary>How many images are kept at each radius, each under the cascade chosen without it.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="radii">How many radii there are.</param>
    /// <param name="searchOn">A search on some images.</param>
    /// <param name="freedom">What may be chosen.</param>
    public static (double[] Held, long Tried) Held(
        ImmutableArray<ImmutableArray<int>> parts, int radii, Func<int[], CascadeSearch> searchOn,
        TuningFreedom freedom)
    {
        double[] held = new double[radii];
        long tried = 0;
        foreach (ImmutableArray<int> part in parts)
        {
            CascadeSearch search =
                searchOn([.. parts.Where(other => other != part).SelectMany(other => other).Order()]);
            double[] kept = searchOn([.. part]).Held(search.Best(freedom).Cascade);
            for (int r = 0; r < radii; r++)
                held[r] += kept[r];
            tried += search.Tried;
        }
        return (held, tried);
    }
}
