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

    // 0.3119 to 0.4091 is within .311 to .410, and within no fewer thousandths; -0.0301 is below -.030.
    [Fact]
    public void Ends_of_intervals_are_rounded_outward()
    {
        Assert.Equal((0.311m, 0.410m), (Outward.Down(0.3119, 3), Outward.Up(0.4091, 3)));
        Assert.Equal((-0.031m, -0.030m), (Outward.Down(-0.0301, 3), Outward.Up(-0.0309, 3)));
        Assert.Equal((0.29m, 0.29m), (Outward.Down(0.29, 3), Outward.Up(0.29, 3)));
        Assert.Equal((0.3m, 0.301m), (Outward.Down(0.3, 3), Outward.Up(0.30000000000000004, 3)));
        Assert.Equal((0m, 0.001m), (Outward.Down(1e-300, 3), Outward.Up(1e-20, 3)));
        TradeoffDocument study = With(Of(SystemKinds.Single)) with
        {
            Choice = new([new(0.5, 1)], null, "one", 2, 200, 200, 0.3589, [new(0.5, 0.3589, 0.3119, 0.4091, 0.3)],
                [new("other", 0.0104, -0.0301, 0.0501)]),
        };
        using StringWriter markdown = new(), tsv = new();
        StudyMarkdown.Write(study, markdown);
        Assert.Contains(".358 at 0.5 (95 %: .311 to .410)", markdown.ToString(), StringComparison.Ordinal);
        Assert.Contains("| other | +.010 | −.031 | +.051 |", markdown.ToString(), StringComparison.Ordinal);
        StudyTsv.Write(study with
        {
            Systems = [.. study.Systems.Select(system => system with
            {
                Accuracy = [.. system.Accuracy.Select(at => at with
                {
                    Low = 0.31199999, High = 0.40900001, HighProbability = 0.29999999,
                })],
            })],
        }, tsv);
        Assert.Contains("\t0.3589\t0.311999\t0.409001\t0.299999\t", tsv.ToString(), StringComparison.Ordinal);
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
