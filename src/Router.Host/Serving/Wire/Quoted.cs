
namespace Router.Host.Serving.Wire;

/// <summary>Text that a caller chose, fit for an error message and for a line of the log: short, and without control characters.</summary>
internal static class Quoted
{
    private const int Longest = 100;

    public static string Cut(string text)
    {
        string cut = text.Length > Longest ? text[..Longest] + "…" : text;
        return string.Concat(cut.Select(character => char.IsControl(character) ? '\uFFFD' : character));
    }
}
