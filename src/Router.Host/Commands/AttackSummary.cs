using System.Globalization;
using Router.Evaluation.Attacks;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>
/// What an attack log says, for the terminal: beside each certified accuracy the one that no certificate could exceed.
/// </summary>
internal static class AttackSummary
{
    /// <summary>Prints it.</summary>
    /// <returns>The exit code: refuted certificates fail the run where there are more than α allows.</returns>
    public static int Write(
        IReadOnlyList<AttackRow> rows, AttackTerms terms, IReadOnlyList<double> radii, Surroundings surroundings)
    {
        TextTable table = new([
            TextColumn.Words($"of {rows.Count} certified images, at r"), .. radii.Select(RadiiOption.Column)]);
        table.Add(["certified", .. radii.Select(radius => Share(rows, row => row.CertifiedRadius >= radius))]);
        table.Add(["not refuted", .. radii.Select(radius => Share(rows, row => !(row.Found?.Distance < radius)))]);
        table.Write(surroundings.Out);
        surroundings.Out.PrintProse(
            $"{rows.Count(row => row.Found is not null)} counterexamples, "
            + $"{rows.Count(row => row.Found?.Goal == "route")} of them through the route");
        RefutationTest test = RefutationTest.Of(rows, terms.CertificateAlpha);
        if (test.Refuted.Count == 0)
            return ExitCode.Done;
        string images = string.Join(", ", test.Refuted);
        if (!test.Fails)
        {
            surroundings.Error.MarkupLine(
                $"[yellow]{test.Refuted.Count} of {test.Images} certificates are refuted, which α allows (probability "
                + $"{test.Probability:G3}): image {images}[/]");
            return ExitCode.Done;
        }
        surroundings.Error.MarkupLine(
            $"[red]dualrs:[/] {test.Refuted.Count} of {test.Images} certificates are refuted, and α = "
            + $"{terms.CertificateAlpha} with α' = {terms.FailureProbability} "
            + $"allows no more (probability {test.Probability:G3} < {RefutationTest.Level:G1}): image {images}");
        return ExitCode.DoesNotHold;
    }

    private static string Share(IReadOnlyList<AttackRow> rows, Func<AttackRow, bool> holds) =>
        rows.Count == 0 ? "–"
            : ((double)rows.Count(holds) / rows.Count).ToString("0.000", CultureInfo.InvariantCulture);
}
