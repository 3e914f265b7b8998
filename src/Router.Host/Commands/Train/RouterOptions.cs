using System.CommandLine;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Host.Cli;
using Router.Training.Networks;
using Router.Training.Runs;
using Router.Training.Targets;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>The options of a router's training: from whose answers it learns, and what it starts from.</summary>
internal sealed class RouterOptions(Command command)
{
    private const string Drop = "drop", Keep = "keep";

    private readonly Option<string[]> _targets = command.Several<string>(
        "--targets", "Tables of dualrs train targets; several where folds were asked apart.", required: true,
        leads: PathRule.Read("table of targets"));
    private readonly Option<string[]> _mix = command.Several<string>(
        "--mix", "Only these experts of the tables (default: all).");
    private readonly Option<bool> _add = command.Option<bool>(
        "--add-expert", "The mix has grown: keep what the router of --init knows of routes that stay.");
    private readonly Option<string> _hopeless = command.Choice(
        "--hopeless",
        "Images with radius 0 at every expert: drop them, as the paper does, or keep them, which optimal-sigma sends "
        + "to the smallest σ.", Keep, Drop, Keep);

    /// <summary>What the experts of the mix answered.</summary>
    public TrueRadii Targets(ParseResult parsed, Surroundings surroundings)
    {
        TrueRadii all =
            TrueRadii.Of([.. parsed.GetValue(_targets)!.Select(path => TargetTable.Read(surroundings.Resolve(path)))]);
        TrueRadii mix = parsed.GetValue(_mix) is { Length: > 0 } ids ? all.Of(ids) : all;
        int hopeless = mix.Images.Count(image => image.IsHopeless);
        bool drop = parsed.GetValue(_hopeless) == Drop;
        surroundings.Error.MarkupLine(
            $"[grey]{hopeless} of {mix.Images.Length} images have radius 0 with every expert and are "
            + $"{(drop ? "dropped" : "kept")}[/]");
        return drop ? mix.WithoutHopeless() : mix;
    }

    /// <summary>Where it starts from.</summary>
    /// <exception cref="BadInputException">
    /// An expert is to be added, but to no router, or to one that cannot take it.
    /// </exception>
    public Initial? Init(ParseResult parsed, Checkpoint? init, string architecture, TrueRadii targets) =>
        (parsed.GetValue(_add), init) switch
    {
        (true, null) => throw new BadInputException("--add-expert needs --init with the router of the smaller mix"),
        (true, { } router) => WidenedRouter.For(router, architecture, targets.Experts),
        (false, { } checkpoint) => Initial.Of(checkpoint),
        _ => null,
    };
}
