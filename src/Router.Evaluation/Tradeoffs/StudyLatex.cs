using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs;

/// <summary>
/// Certified accuracy as the rows of a LaTeX table, as papers on randomized smoothing print it: two digits, cut and not
/// rounded, the largest of a column bold.
/// </summary>
public static class StudyLatex
{
    /// <summary>Writes a tabular that needs no package but booktabs.</summary>
    public static void Write(TradeoffDocument document, TextWriter output)
    {
        ImmutableArray<StudySystem> systems = ShownSystems.Of(document);
        double[] best = ShownSystems.LargestShares(systems, document);
        output.WriteLine($"% {document.Images.Length} images, alpha = "
            + $"{document.FailureProbability.ToString(CultureInfo.InvariantCulture)}; written by dualrs tradeoff");
        output.WriteLine($"\\begin{{tabular}}{{l{new string('r', document.Radii.Length)}}}");
        output.WriteLine("\\toprule");
        IEnumerable<string> radii = document.Radii.Select(
            radius => $"${radius.ToString("0.##", CultureInfo.InvariantCulture)}$");
        output.WriteLine($"$r$ & {string.Join(" & ", radii)} \\\\");
        output.WriteLine("\\midrule");
        foreach (StudySystem system in systems)
        {
            IEnumerable<string> cells = system.Accuracy.Select(
                (at, k) => Cell(at.Share, system.IsAttained && Cut(at.Share) == Cut(best[k])));
            output.WriteLine($"{NameOf(system, document)} & {string.Join(" & ", cells)} \\\\");
        }
        output.WriteLine("\\bottomrule");
        output.WriteLine("\\end{tabular}");
    }

    private static string Cut(double share) => TowardZero.Text(share, 2);

    private static string Cell(double share, bool best) => best && share > 0 ? $"\\textbf{{{Cut(share)}}}" : Cut(share);

    private static string NameOf(StudySystem system, TradeoffDocument document)
    {
        string name = system.Kind == SystemKinds.Single
            && document.Networks.FirstOrDefault(network => network.Id == system.Name) is { } expert
            ? $"$\\sigma = {expert.Sigma.ToString("0.00##", CultureInfo.InvariantCulture)}$"
            : Escaped(system.Name);
        return system.Standing == Standings.Certificate ? name : $"{name} ({system.Standing})";
    }

    private static string Escaped(string text) => string.Concat(text.Select(letter => letter switch
    {
        '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{letter}",
        '>' => "$>$",
        '\\' => "\\textbackslash{}",
        '~' => "\\textasciitilde{}",
        '^' => "\\textasciicircum{}",
        _ => letter.ToString(),
    }));
}
