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
    /// <param name="rows">The rows of the attack log.</param>
    /// <param name="tried">How many images were to be certified, those of the rows among them.</param>
    /// <param name="terms">What the rows have in common.</param>
    /// <param name="radii">The radii with a column.</param>
    /// <param name="surroundings">Where it is printed.</param>
    /// <returns>The exit code: refuted certificates fail the run where there are more than α allows.</returns>
    public static int Write(
        IReadOnlyList<AttackRow> rows, int tried, AttackTerms terms, IReadOnlyList<double> radii,
        Surroundings surroundings)
    {
        TextTable table = new([
            TextColumn.Words($"of {rows.Count} certified images, at r"), .. radii.Select(RadiiOption.Column)]);
        table.Add(["certified", .. radii.Select(radius => Share(rows, row => row.CertifiedRadius >= radius))]);
        table.Add(["not refuted", .. radii.Select(radius => Share(rows, row => !(row.Found?.Distance < radius)))]);
        table.Write(surroundings.Out);
        surroundings.Out.PrintProse(
            $"{rows.Count(row => row.Found is not null)} counterexamples, "
            + $"{rows.Count(row => row.Found?.Goal == "route")} of them through the route");
        RefutationTest test = RefutationTest.Of(rows, tried, terms.CertificateAlpha);
        if (test.Refuted.Count == 0)
            return ExitCode.Done;
        string images = string.Join(", ", test.Refuted);
        if (!test.Fails)
        {
            surroundings.Error.MarkupLine(
                $"[yellow]{test.Refuted.Count} certificates are refuted, which α allows of {test.Images} images "
                + $"(probability {test.Probability:G3}): image {images}[/]");
            return ExitCode.Done;
        }
        surroundings.Error.MarkupLine(
            $"[red]dualrs:[/] {test.Refuted.Count} certificates are refuted, and of {test.Images} images α = "
            + $"{terms.CertificateAlpha} with α' = {terms.FailureProbability} "
            + $"allows fewer (probability {test.Probability:G3} < {RefutationTest.Level:G1}): image {images}");
        return ExitCode.DoesNotHold;
    }

    private static string Share(IReadOnlyList<AttackRow> rows, Func<AttackRow, bool> holds) =>
        rows.Count == 0 ? "–"
            : ((double)rows.Count(holds) / rows.Count).ToString("0.000", CultureInfo.InvariantCulture);
}
