using System.CommandLine;
using Router.Host.Cli;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs completion</c>: the lines with which a shell completes commands, options and their values. They ask the
/// program itself, by the <c>[suggest]</c> directive of System.CommandLine; where it has nothing to say, files are
/// completed.
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

    private const string Zsh = """
        # source <(dualrs completion zsh), after compinit
        _dualrs() {
            local line="${(j: :)words[2,CURRENT-1]}"
            (( CURRENT > 2 )) && line+=" "
            line+="$PREFIX"
            local -a told=(${(f)"$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
            compadd -a told || _files
        }
        compdef _dualrs dualrs
        """;

    private const string Fish = """
        # dualrs completion fish | source
        function __dualrs
            set -l program (commandline -opc)[1]
            set -l line (string replace -r '^\s*\S+ ?' '' -- (commandline -cp))
            set -l token (commandline -ct)
            set -l begun '^'(string escape --style=regex -- "$token")'.*'
            set -l asked "[suggest:"(string length -- "$line")"]"
            set -l told ($program $asked "$line" 2>/dev/null | string match -r -- $begun)
            count $told >/dev/null; and printf '%s\n' $told; or __fish_complete_path "$token"
        end
        complete -c dualrs -f -a '(__dualrs)'
        """;

    public static Command Create(Surroundings surroundings)
    {
        Command command = new(
            "completion",
            "Prints the lines with which a shell completes commands, options and values: source <(dualrs completion).");
        Argument<string> shell = command.Argument<string>(
            "shell", "bash, zsh or fish.", accepted: Accepted.OneOf("bash", "zsh", "fish"));
        shell.DefaultValueFactory = _ => "bash";
        command.SetAction(parsed =>
        {
            surroundings.Out.Print(parsed.GetValue(shell) switch
            {
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Bash,
            });
            return ExitCode.Done;
        });
        return command;
    }
}
