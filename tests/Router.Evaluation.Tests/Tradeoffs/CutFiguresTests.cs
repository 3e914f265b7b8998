using System.Collections.Immutable;
using Router.Evaluation.Tests.Reports;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Tradeoffs;

public sealed class CutFiguresTests
{
    private static readonly TradeoffDocument Study = SyntheticStudy.Create();

    // A share of 0.3589 is no 0.36 and no 0.359.
    private static TradeoffDocument With(params ImmutableArray<StudySystem> systems) => Study with
    {
        Systems = [.. systems.Select(system => system with
        {
            Accuracy = [.. system.Accuracy.Select(at => at with { Share = 0.3589, Low = 0.3119, High = 0.4091 })],
        })],
        Choice = null, Front = null,
    };

    private static StudySystem Of(string kind) => Study.Systems.First(system => system.Kind == kind);

    [Fact]
    public void Certified_accuracy_is_cut_in_tables_and_never_rounded_up()
    {
        using StringWriter latex = new(), markdown = new();
        StudyLatex.Write(With(Of(SystemKinds.Single)), latex);
        StudyMarkdown.Write(With(Of(SystemKinds.Single)), markdown);
        Assert.Contains("0.35", latex.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("0.36", latex.ToString(), StringComparison.Ordinal);
        Assert.Contains(" **.358** ", markdown.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(".359", markdown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_classifier_attains_is_called_a_bound_in_LaTeX_too()
    {
        StudySystem whole =
            Study.Systems.First(system => system.Kind == SystemKinds.Oracle && system.Experts.Length == 4);
        using StringWriter latex = new();
        StudyLatex.Write(With(Of(SystemKinds.Single), whole), latex);
        Assert.Contains("oracle (bound) & ", latex.ToString(), StringComparison.Ordinal);
    }
}
