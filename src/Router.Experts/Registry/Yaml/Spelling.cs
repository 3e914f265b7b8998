namespace Router.Experts.Registry.Yaml;

/// <summary>Guesses which of the accepted words a mistyped one was meant to be.</summary>
public static class Spelling
{
    /// <summary>The accepted words as prose, led by the likely one: <c>did you mean 'sigma'? one of …</c>.</summary>
    public static string OneOf(string written, IReadOnlyCollection<string> accepted)
    {
        string list = accepted.Count == 0 ? "nothing" : string.Join(", ", accepted);
        return Closest(written, accepted) is { } meant ? $"did you mean '{meant}'? One of {list}" : $"one of {list}";
    }

    /// <summary>The nearest word if at most a third of it is mistyped; the first of equals.</summary>
    public static string? Closest(string written, IEnumerable<string> accepted) =>
        written.Length > 64
            ? null
            : accepted.Select(word => (word, distance: Distance(written.ToLowerInvariant(), word.ToLowerInvariant())))
                .Where(pair => pair.distance <= Math.Max(1, pair.word.Length / 3))
                .OrderBy(pair => pair.distance)
                .Select(pair => pair.word)
                .FirstOrDefault();

    /// <summary>
    /// How many slips of the pen lie between two words: a letter too many, too few, another, or two neighbours
    /// exchanged (Damerau 1964; optimal string alignment).
    /// </summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    /// <param name="most">What is told of words that are further apart, without looking much at them.</param>
    public static int Distance(string a, string b, int most = int.MaxValue)
    {
        if (Math.Abs(a.Length - b.Length) >= most) return most;
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(substitution, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return Math.Min(most, d[a.Length, b.Length]);
    }
}
