using System.Globalization;

namespace Router.Host.Cli;

/// <summary>Text that a stranger wrote, fit for one line of a console: not too long, and without characters that move
/// the cursor or turn the line.</summary>
internal static class Printable
{
    private const int Longest = 4000;

    /// <summary>The text, cut and with a replacement for what has no picture.</summary>
    public static string Line(string text)
    {
        string cut = text.Length > Longest ? $"{text[..Longest]}… ({text.Length} characters)" : text;
        return string.Concat(cut.Select(character => HasPicture(character) ? character : '\uFFFD'));
    }

    private static bool HasPicture(char character) =>
        !char.IsControl(character) && char.GetUnicodeCategory(character) != UnicodeCategory.Format;
}
