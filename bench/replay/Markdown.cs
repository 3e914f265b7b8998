using System.Globalization;

namespace Replay.Bench;

/// <summary>Numbers and table rows as the result pages print them.</summary>
internal static class Markdown
{
    public static string Header(IReadOnlyList<string> cells) =>
        Line(cells) + "\n|" + string.Concat(Enumerable.Repeat(" --- |", cells.Count));

    public static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    public static string RadiusName(double r) => r == 0 ? "0+" : r.ToString("0.##", CultureInfo.InvariantCulture);

    public static string Share(double share) => share.ToString(".000", CultureInfo.InvariantCulture);

    public static string Percent(double share) =>
        (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture) + " %";

    public static string Ratio(IFormattable ratio) => ratio.ToString("0.0#", CultureInfo.InvariantCulture);

    public static string Radius(double radius) => radius.ToString("0.000", CultureInfo.InvariantCulture);

    public static string Count(double count) => count.ToString("0", CultureInfo.InvariantCulture);
}
