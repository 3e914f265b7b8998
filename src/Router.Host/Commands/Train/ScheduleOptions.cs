using System.CommandLine;
using Router.Host.Cli;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>How the learning rate goes over a training.</summary>
internal sealed class ScheduleOptions
{
    private const string OneCycle = "onecycle", Cosine = "cosine", Step = "step", Constant = "constant";

    private readonly Option<string> _schedule;
    private readonly Option<int[]> _milestones;
    private readonly Option<double> _gamma, _rise;

    /// <param name="command">The command.</param>
    /// <param name="prefix">What their names begin with.</param>
    public ScheduleOptions(Command command, string prefix)
    {
        _schedule = command.Choice(
            prefix + "schedule", "onecycle, cosine, step or constant.", OneCycle, OneCycle, Cosine, Step, Constant);
        _milestones = command.Several<int>(
            prefix + "milestones", "Of step: after which epochs.", accepted: Accepted.AtLeast(1))
            .OnlyWithChoice(_schedule, Step);
        _gamma = command.Option(prefix + "gamma", "Of step: by what factor.", .1, Accepted.Above(0, 1))
            .OnlyWithChoice(_schedule, Step);
        _rise = command.Option(
            prefix + "rise", "Of onecycle: the share of steps in which the rate rises.", .3, Accepted.Above(0, 1))
            .OnlyWithChoice(_schedule, OneCycle);
    }

    /// <summary>A recipe with the schedule that was asked for.</summary>
    public Recipe Apply(ParseResult parsed, Recipe recipe) => recipe with
    {
        Schedule = parsed.GetValue(_schedule) switch
        {
            Cosine => Schedule.Cosine,
            Step => Schedule.Step,
            Constant => Schedule.Constant,
            _ => Schedule.OneCycle,
        },
        Milestones = parsed.GetValue(_milestones)!,
        Decay = parsed.GetValue(_gamma),
        Rise = parsed.GetValue(_rise),
    };
}
