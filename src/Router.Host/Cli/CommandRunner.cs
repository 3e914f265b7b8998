using System.CommandLine;
using System.CommandLine.Parsing;
using Router.Engine.Architectures;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Training.Runs;
using Router.Votes;
using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>Runs one command line and turns what can go wrong into one message and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Parses and runs.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] arguments, Surroundings surroundings)
    {
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
                Say(surroundings, error.Message);
            surroundings.Error.MarkupLine($"[grey]see dualrs {Markup.Escape(PathOf(parsed))}--help[/]");
            return ExitCode.BadInput;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (OperationCanceledException)
        {
            surroundings.Error.WriteLine("interrupted; what was written stays");
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (IsBadInput(fault))
        {
            Say(surroundings, fault.Message);
            return ExitCode.BadInput;
        }
        catch (Exception fault) when (fault is IOException or DllNotFoundException or VoterUnavailableException)
        {
            // The machine's fault, a full disk, a missing library, a device that is gone: the message says it all.
            Say(surroundings, fault.Message);
            return ExitCode.Fault;
        }
        catch (Exception fault)
        {
            Say(surroundings, "this is a fault of the program, please report it");
            surroundings.Error.WriteLine(fault.ToString());
            return ExitCode.Fault;
        }
    }

    private static bool IsBadInput(Exception fault) =>
        fault is InputFault or FileInUseException or CheckpointException or CheckpointMismatchException
        or RegistryLoadException or BadInputException or FileNotFoundException or DirectoryNotFoundException
        or UnauthorizedAccessException or InvalidDataException or TrainingFault;

    private static void Say(Surroundings surroundings, string message) =>
        surroundings.Error.MarkupLine($"[red]dualrs:[/] {Markup.Escape(message)}");

    // "experts list " where the fault is in `dualrs experts list`.
    private static string PathOf(ParseResult parsed)
    {
        string path = "";
        for (CommandResult? command = parsed.CommandResult; command is { Command: not RootCommand }; command =
            command.Parent as CommandResult)
            path = $"{command.Command.Name} {path}";
        return path;
    }
}
