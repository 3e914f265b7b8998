using System.CommandLine;
using Router.Host.Cli;

namespace Router.Host.Commands.Experts;

/// <summary><c>dualrs experts</c>: what the registry holds, and how checkpoints get into it.</summary>
internal static class ExpertsCommand
{
    public static Command Create(Surroundings surroundings) =>
        new Command("experts", "Lists, verifies, imports and converts experts.")
    {
        ListCommand.Create(surroundings),
        VerifyCommand.Create(surroundings),
        ImportCommand.Create(surroundings),
        ConvertCommand.Create(surroundings),
    }.ShowsHelp();
}
