using System.CommandLine;
using Router.Host.Cli;

namespace Router.Host.Commands.Train;

/// <summary><c>dualrs train</c>: makes experts and routers.</summary>
internal static class TrainCommand
{
    public static Command Create(Surroundings surroundings) => new Command("train", "Trains experts and routers.")
    {
        ExpertCommand.Create(surroundings),
        TargetsCommand.Create(surroundings),
        RouterCommand.Create(surroundings),
        DualCommand.Create(surroundings),
    }.ShowsHelp();
}
