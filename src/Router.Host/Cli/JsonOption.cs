using System.CommandLine;

namespace Router.Host.Cli;

/// <summary>The option of every command whose results programs read too.</summary>
/// <param name="command">The command.</param>
/// <param name="what">Of what there is an object.</param>
internal sealed class JsonOption(Command command, string what)
{
    private readonly Option<bool> _json = command.Option<bool>(
        "--json", $"Print a JSON object in a line for each {what}, and nothing else (docs/commands.md).");

    /// <summary>Whether it was given.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_json);
}
