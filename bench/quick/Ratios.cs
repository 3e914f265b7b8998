using System.Globalization;
using Router.Engine;

namespace Quick.Bench;

/// <summary>A ratio that is kept.</summary>
/// <param name="Processor">What it multiplies fast: <see cref="Ratios.Class"/>. Formats differ by it most.</param>
/// <param name="Name">What over what.</param>
/// <param name="Value">As it was measured.</param>
/// <param name="Margin">The part of it by which it may be worse.</param>
/// <param name="More">Whether more is better.</param>
internal sealed record Ratio(string Processor, string Name, double Value, double Margin, bool More)
{
    /// <summary>The worst that is accepted.</summary>
    public double Limit => More ? Value * (1 - Margin) : Value * (1 + Margin);

    /// <summary>Whether another value is worse than accepted.</summary>
    public bool IsWorse(double measured) => More ? !(measured >= Limit) : !(measured <= Limit);
}

/// <summary>The file of ratios: a line for each, tabs between.</summary>
internal static class Ratios
{
    private const string Header = "processor\tratio\tvalue\tmargin\tbetter";

    /// <summary>What this processor is called in the file.</summary>
    public static string Class =>
        Machine.CpuFlags().Any(flag => flag.StartsWith("amx", StringComparison.Ordinal)) ? "amx"
        : !Machine.Multiplies8Bit ? "plain" : Machine.MultipliesBFloat16 ? "vnni and bfloat16" : "vnni";

    public static List<Ratio> Read(string path) => [.. File.ReadLines(path).Skip(1).Select(line => line.Split('\t'))
        .Select(cell => new Ratio(cell[0], cell[1], Number(cell[2]), Number(cell[3]), cell[4] == "more"))];

    public static void Write(string path, IEnumerable<Ratio> ratios) => File.WriteAllLines(path, ratios
        .Select(one => string.Create(CultureInfo.InvariantCulture,
            $"{one.Processor}\t{one.Name}\t{one.Value:0.###}\t{one.Margin}\t{(one.More ? "more" : "less")}"))
        .Prepend(Header));

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
