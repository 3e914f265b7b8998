using System.CommandLine;

namespace Router.Host.Cli;

/// <summary>The option of every command that asks the registry's classifier: only some of its experts.</summary>
internal sealed class MixOption(Command command)
{
    private readonly Option<string?> _mix = command.Option<string?>(
        "--mix",
        "Only these experts, separated by commas; the router's votes for others go to the nearest σ (default: all).");

    /// <summary>The ids that were given; null for all experts.</summary>
    public string[]? Read(ParseResult parsed) => parsed.GetValue(_mix) is { } written ? IdsOf(written) : null;

    /// <summary>The ids that stand between commas.</summary>
    public static string[] IdsOf(string written) =>
        written.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
