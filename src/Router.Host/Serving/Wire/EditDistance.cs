
namespace Router.Host.Serving.Wire;

/// <summary>
/// How many slips of the pen lie between two words: a letter too many, too few, another, or two neighbours exchanged
/// (Damerau 1964; optimal string alignment).
/// </summary>
internal static class EditDistance
{
    /// <summary>What is told of words that are further apart: nobody asks by how much.</summary>
    public const int Far = 3;

    /// <summary>The distance, at most <see cref="Far"/>.</summary>
    public static int Between(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) >= Far) return Far;
        int[,] distance = new int[one.Length + 1, other.Length + 1];
        for (int i = 0; i <= one.Length; i++)
            for (int j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }
                int replaced = distance[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                distance[i, j] = Math.Min(replaced, 1 + Math.Min(distance[i - 1, j], distance[i, j - 1]));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
            }
        return Math.Min(Far, distance[one.Length, other.Length]);
    }
}
