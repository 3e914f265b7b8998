using System.CommandLine;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Host.Commands.Train;

/// <summary>Whether an expert is trained for the mix it will be one of.</summary>
internal sealed class MixOptions
{
    private readonly Option<string[]> _targets;
    private readonly MixWeightingOptions _weighting;

    public MixOptions(Command command)
    {
        _targets = command.Several<string>(
            "--for-mix",
            "Tables of dualrs train targets with what this σ and the next smaller one answer: with --consistency, an "
            + "image weighs what this σ can win of it.", leads: PathRule.Read("table of targets"));
        _weighting = new(command, "--", _targets);
    }

    /// <summary>What was asked for; null for no mix.</summary>
    /// <exception cref="BadInputException">
    /// It was asked for, but not by consistency regularisation; or a table is damaged, or does not go with another.
    /// </exception>
    public Mix? Read(ParseResult parsed, Robustness robustness, Surroundings surroundings) =>
        parsed.GetValue(_targets) is not { Length: > 0 } tables ? null
        : new(
            TrueRadii.Of([.. tables.Select(path => TargetTable.Read(surroundings.Resolve(path)))]),
            _weighting.Read(parsed, robustness));
}

/// <summary>How much it counts that an expert is trained for a mix.</summary>
/// <param name="command">The command.</param>
/// <param name="prefix">What their names begin with.</param>
/// <param name="forMix">The option that says whether it is trained for one.</param>
internal sealed class MixWeightingOptions(Command command, string prefix, Option forMix)
{
    private static readonly MixWeighting Defaults = new();

    private readonly Option<double> _floor = command.Option(
        prefix + "mix-floor", "κ: what an image that this σ cannot win still weighs for its class.", Defaults.Floor,
        Accepted.From(0, 1)).OnlyWith(forMix);
    private readonly Option<double> _doubt = command.Option(
        prefix + "mix-doubt", "β: what it weighs for no class at all, where the next smaller σ is right.",
        Defaults.Doubt, Accepted.From(0)).OnlyWith(forMix);

    /// <summary>What was asked for.</summary>
    /// <exception cref="BadInputException">The expert is not trained by consistency regularisation.</exception>
    public MixWeighting Read(ParseResult parsed, Robustness robustness) => robustness is Robustness.Consistency
        ? new() { Floor = parsed.GetValue(_floor), Doubt = parsed.GetValue(_doubt) }
        : throw new BadInputException(
            $"{prefix}for-mix weighs the images of consistency regularisation: accepted with {prefix}consistency; for "
            + $"noise alone {prefix}consistency 0 {prefix}eta 0");
}
