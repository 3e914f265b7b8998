using System.CommandLine;
using System.Runtime.InteropServices;
using Router.Engine;
using Router.Engine.Architectures;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Votes;
using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>Runs one command line and turns what can go wrong into one message and an exit code.</summary>
internal static class CommandRunner
{
    // After a signal a forward pass comes to its end first, and on a busy machine takes longer than the usual two
    // seconds.
    private static readonly TimeSpan LastPass = TimeSpan.FromMinutes(1);

    /// <summary>Parses, looks at what was named, and runs.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] arguments, Surroundings surroundings)
    {
        ParseResult parsed = root.Parse(arguments);
        try
        {
            if (IsOfCommand(parsed) && Faults(parsed, surroundings) is { Count: > 0 } faults)
            {
                foreach (string fault in faults)
                    surroundings.Say(fault);
                surroundings.Error.MarkupLine($"[grey]see dualrs {Markup.Escape(ParseFaults.PathOf(parsed))}--help[/]");
                return ExitCode.BadInput;
            }
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = surroundings.Out.Profile.Out.Writer,
                Error = surroundings.Error.Profile.Out.Writer,
                ProcessTerminationTimeout = LastPass,
            });
        }
        catch (OperationCanceledException)
        {
            surroundings.Error.WriteLine("interrupted; what was written stays");
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (IsBadInput(fault))
        {
            surroundings.Say(FileFaults.Sentence(fault));
            return ExitCode.BadInput;
        }
        catch (Exception fault) when (fault is IOException or DllNotFoundException)
        {
            // The machine's fault, a full disk, a missing library: the message says it all.
            surroundings.Say(fault.Message);
            return ExitCode.Fault;
        }
        catch (Exception fault) when (fault is VoterUnavailableException or OutOfMemoryException || IsOfTorch(fault))
        {
            // A device that is gone, or whose memory is too small: of what libtorch says the line that names it.
            surroundings.Say($"{TorchFault.Cause(fault)}{LessMemory(parsed, fault)}");
            return ExitCode.Fault;
        }
        catch (Exception fault)
        {
            surroundings.Say("this is a fault of the program, please report it");
            surroundings.Error.WriteLine(fault.ToString());
            return ExitCode.Fault;
        }
    }

    // TorchSharp throws this type itself; what is derived of it is of the runtime.
    private static bool IsOfTorch(Exception fault) => fault.GetType() == typeof(ExternalException);

    private static string LessMemory(ParseResult parsed, Exception fault)
    {
        string[] batches = [.. parsed.CommandResult.Command.Options.Select(option => option.Name)
            .Where(name => name.EndsWith("batch", StringComparison.Ordinal))];
        return TorchFault.IsOutOfMemory(fault) && batches.Length > 0
            ? $"; a smaller {string.Join(" or ", batches)} needs less memory" : "";
    }

    // Help, the version and completions act in the place of a command, whatever else is written.
    private static bool IsOfCommand(ParseResult parsed) =>
        parsed.Errors.Count > 0 || parsed.Action == parsed.CommandResult.Command.Action;

    // Paths are looked at once the line can be read.
    private static IReadOnlyList<string> Faults(ParseResult parsed, Surroundings surroundings) =>
        ParseFaults.Of(parsed) is { Count: > 0 } misread
            ? misread : [.. NamedPaths.Objections(parsed, surroundings)];

    private static bool IsBadInput(Exception fault) =>
        fault is BadInputException or FileInUseException or CheckpointException or CheckpointMismatchException
        or RegistryLoadException or FileNotFoundException or DirectoryNotFoundException
        or UnauthorizedAccessException or InvalidDataException || FileFaults.IsOfFolder(fault);
}
