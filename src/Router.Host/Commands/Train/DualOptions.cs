using System.CommandLine;
using Router.Host.Cli;
using Router.Training.Dual;

namespace Router.Host.Commands.Train;

/// <summary>The options of what a dual training does beside training: asking, routing, scoring.</summary>
internal sealed class DualOptions
{
    private readonly Option<int> _held = new("--hold-out") { Description = "Do not learn the last so many images; score every system on them.", DefaultValueFactory = _ => 500 };
    private readonly Option<int?> _images = new("--images") { Description = "Learn only the first so many of the others." };
    private readonly Option<int?> _targetImages = new("--target-images") { Description = "Ask the experts about so many of these, evenly spread (default: all)." };
    private readonly Option<int> _draws = new("--n") { Description = "Draws of each expert on each of them.", DefaultValueFactory = _ => 64 };
    private readonly Option<int> _votes = new("--votes") { Description = "Draws of the router that decide where an image goes.", DefaultValueFactory = _ => 16 };
    private readonly Option<double> _elsewhere = new("--elsewhere") { Description = "The share of images routed elsewhere that an expert learns too.", DefaultValueFactory = _ => .25 };
    private readonly Option<int> _scoreSelection = new("--score-n0") { Description = "n0 of the certificates that compare systems.", DefaultValueFactory = _ => 50 };
    private readonly Option<int> _scoreEstimation = new("--score-n") { Description = "n of these.", DefaultValueFactory = _ => 500 };
    private readonly Option<double> _scoreAlpha = new("--score-alpha") { Description = "α of these.", DefaultValueFactory = _ => .001 };
    private readonly Option<double[]> _scoreRadii = new("--score-radii") { Description = "The score is the mean certified accuracy at these radii.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Of everything that is drawn.", DefaultValueFactory = _ => 0 };

    public DualOptions(Command command)
    {
        _held.Validators.Add(Cli.Range.AtLeast<int>(1));
        _images.Validators.Add(Cli.Range.AtLeast<int?>(1));
        _targetImages.Validators.Add(Cli.Range.AtLeast<int?>(1));
        _votes.Validators.Add(Cli.Range.AtLeast<int>(1));
        _elsewhere.Validators.Add(Cli.Range.Number(0, 1, included: true));
        foreach (Option<int> option in (Option<int>[])[_draws, _scoreSelection, _scoreEstimation])
            option.Validators.Add(Cli.Range.Samples());
        _scoreAlpha.Validators.Add(Cli.Range.FailureProbability());
        foreach (Option option in (Option[])[_held, _images, _targetImages, _draws, _votes, _elsewhere, _scoreSelection, _scoreEstimation, _scoreAlpha, _scoreRadii, _seed])
            command.Options.Add(option);
    }

    /// <summary>The images that are learned, and those that systems are scored on.</summary>
    /// <exception cref="InputFault">Nothing is left to learn.</exception>
    public (int[] Learned, int[] Held) Split(ParseResult parsed, int count, string data)
    {
        int held = parsed.GetValue(_held);
        return held < count
            ? ([.. Enumerable.Range(0, count - held).Take(parsed.GetValue(_images) ?? int.MaxValue)], [.. Enumerable.Range(count - held, held)])
            : throw new InputFault($"--hold-out {held} leaves no image of the {count} of {data}");
    }

    /// <summary>A plan with all of this.</summary>
    public DualPlan Apply(ParseResult parsed, DualPlan plan)
    {
        DualScoring scoring = new() { Selection = parsed.GetValue(_scoreSelection), Estimation = parsed.GetValue(_scoreEstimation), FailureProbability = parsed.GetValue(_scoreAlpha) };
        return plan with
        {
            TargetImages = parsed.GetValue(_targetImages), TargetDraws = parsed.GetValue(_draws), RoutingVotes = parsed.GetValue(_votes),
            Elsewhere = parsed.GetValue(_elsewhere), Seed = parsed.GetValue(_seed),
            Scoring = parsed.GetValue(_scoreRadii) is { Length: > 0 } radii ? scoring with { Radii = [.. radii] } : scoring,
        };
    }
}
