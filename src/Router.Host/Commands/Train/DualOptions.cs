using System.CommandLine;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Training.Dual;

namespace Router.Host.Commands.Train;

/// <summary>The options of what a dual training does beside training: asking, routing, scoring.</summary>
internal sealed class DualOptions(Command command)
{
    private readonly Option<int> _held = command.Option(
        "--hold-out", "Do not learn the last so many images; score every system on them.", 500, Accepted.AtLeast(1));
    private readonly Option<int?> _images = command.Option<int?>(
        "--images", "Learn only the first so many of the others.", Accepted.AtLeast(1));
    private readonly Option<int?> _targetImages = command.Option<int?>(
        "--target-images", "Ask the experts about so many of these, evenly spread (default: all).",
        Accepted.AtLeast(1));
    private readonly Option<int> _draws = command.Option(
        "--n", "Draws of each expert on each of them.", 64, Accepted.Samples);
    private readonly Option<int> _votes = command.Option(
        "--votes", "Draws of the router that decide where an image goes.", 16, Accepted.AtLeast(1));
    private readonly Option<double> _elsewhere = command.Option(
        "--elsewhere", "The share of images routed elsewhere that an expert learns too.", .25, Accepted.From(0, 1));
    private readonly Option<int> _scoreSelection = command.Option(
        "--score-n0", "n0 of the certificates that compare systems.", 50, Accepted.Samples);
    private readonly Option<int> _scoreEstimation = command.Option("--score-n", "n of these.", 500, Accepted.Samples);
    private readonly Option<double> _scoreAlpha = command.Option(
        "--score-alpha", "α of these.", .001, Accepted.FailureProbability);
    private readonly Option<double[]> _scoreRadii = command.Several<double>(
        "--score-radii", "The score is the mean certified accuracy at these radii.", accepted: Accepted.From(0));
    private readonly Option<ulong> _seed = command.Option("--seed", "Of everything that is drawn.", 0UL);

    /// <summary>The images that are learned, and those that systems are scored on.</summary>
    /// <exception cref="BadInputException">Nothing is left to learn.</exception>
    public (int[] Learned, int[] Held) Split(ParseResult parsed, int count, string data) =>
        HeldOut.Split([.. Enumerable.Range(0, count)], parsed.GetValue(_held), parsed.GetValue(_images), data);

    /// <summary>A plan with all of this.</summary>
    public DualPlan Apply(ParseResult parsed, DualPlan plan)
    {
        DualScoring scoring = new() { Selection = parsed.GetValue(_scoreSelection),
            Estimation = parsed.GetValue(_scoreEstimation), FailureProbability = parsed.GetValue(_scoreAlpha) };
        return plan with
        {
            TargetImages = parsed.GetValue(_targetImages), TargetDraws =
                parsed.GetValue(_draws), RoutingVotes = parsed.GetValue(_votes),
            Elsewhere = parsed.GetValue(_elsewhere), Seed = parsed.GetValue(_seed),
            Scoring = parsed.GetValue(_scoreRadii) is { Length: > 0 } radii ? scoring with { Radii = [.. radii] }
                : scoring,
        };
    }
}
