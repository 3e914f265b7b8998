using System.CommandLine;
using Router.Host.Cli;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs completion</c>: the lines with which bash completes commands, options and their values. They ask the
/// program itself, by the <c>[suggest]</c> directive of System.CommandLine.
/// </summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # source <(dualrs completion)
        _dualrs() {
            local line="${COMP_LINE#"$1"}" IFS=$'\n'
            local position=$((COMP_POINT - ${#1} - 1))
            line=${line# }
            COMPREPLY=($(compgen -W "$("$1" "[suggest:$position]" "$line" 2>/dev/null)" -- "$2"))
        }
        complete -o default -F _dualrs dualrs ./dualrs
        """;

    public static Command Create(Surroundings surroundings)
    {
        Command command = new(
            "completion",
            "Prints the lines with which bash completes commands, options and values: source <(dualrs completion).");
        command.SetAction(_ =>
        {
            surroundings.Out.Print(Bash);
            return ExitCode.Done;
        });
        return command;
    }
}
