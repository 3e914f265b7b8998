using System.CommandLine;
using Router.Host.Cli;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Host.Commands.Train;

/// <summary>Whether an expert is trained for the mix it will be one of, and how much that counts.</summary>
internal sealed class MixOptions(Command command)
{
    private readonly Option<string[]> _targets = command.Several<string>(
        "--for-mix",
        "Tables of dualrs train targets with what this σ and the next smaller one answer: with --consistency, an image "
        + "weighs what this σ can win of it.");
    private readonly Option<double> _floor = command.Option(
        "--mix-floor", "κ: what an image that this σ cannot win still weighs for its class.", Mix.DefaultFloor,
        Accepted.From(0, 1));
    private readonly Option<double> _doubt = command.Option(
        "--mix-doubt", "β: what it weighs for no class at all, where the next smaller σ is right.", Mix.DefaultDoubt,
        Accepted.From(0));

    /// <summary>What was asked for; null for no mix.</summary>
    /// <exception cref="InputFault">It was asked for, but not by consistency regularisation.</exception>
    /// <exception cref="TrainingFault">A table is damaged, or does not go with another.</exception>
    public Mix? Read(ParseResult parsed, Robustness robustness, Surroundings surroundings) =>
        parsed.GetValue(_targets) is not { Length: > 0 } tables ? null
        : robustness is not Robustness.Consistency ? throw new InputFault(
            "--for-mix weighs the images of consistency regularisation: accepted with --consistency (0, with --eta 0, "
            + "is noise alone)")
        : new(TrueRadii.Of([.. tables.Select(path => TargetTable.Read(surroundings.Resolve(path)))]))
        {
            Floor = parsed.GetValue(_floor), Doubt = parsed.GetValue(_doubt),
        };
}
