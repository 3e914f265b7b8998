using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Router.Data;

/// <summary>
/// One of K parts of a data set, the images whose index is k modulo K. An expert knows the images it learned by heart;
/// it should be asked about those of a fold that was held out from it.
/// </summary>
/// <param name="Index">k, from 0.</param>
/// <param name="Count">K, ≥ 2.</param>
public readonly record struct Fold(int Index, int Count)
{
    /// <summary>How a fold is written.</summary>
    public const string Accepted = "k/K with K from 2 and k from 0 to K − 1: 0/2 and 1/2 are the halves";

    /// <summary>Whether an image of the data set is of this part.</summary>
    public bool Contains(int image) => image % Count == Index;

    /// <summary>Reads k/K.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Fold fold)
    {
        string[] parts = text?.Split('/') ?? [];
        fold = default;
        if (parts.Length != 2 || !Whole(parts[0], out int index) || !Whole(parts[1], out int count) || count < 2
            || index >= count)
            return false;
        fold = new(index, count);
        return true;
    }

    /// <summary>k/K.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    private static bool Whole(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
