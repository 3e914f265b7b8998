using System.CommandLine;
using System.CommandLine.Parsing;

namespace Router.Host.Cli;

/// <summary>What a command line names paths with.</summary>
internal interface IPathSymbol
{
    /// <summary>What its paths have to lead to.</summary>
    PathRule Leads { get; }
}

/// <summary>An option whose values are paths.</summary>
internal sealed class PathOption<T>(string name, string[] aliases, PathRule leads)
    : Option<T>(name, aliases), IPathSymbol
{
    /// <inheritdoc/>
    public PathRule Leads => leads;
}

/// <summary>An argument whose values are paths.</summary>
internal sealed class PathArgument<T>(string name, PathRule leads) : Argument<T>(name), IPathSymbol
{
    /// <inheritdoc/>
    public PathRule Leads => leads;
}

/// <summary>The paths of a command line, looked at together.</summary>
internal static class NamedPaths
{
    /// <summary>Every objection to a path that was named; standard input and output have none.</summary>
    public static IEnumerable<string> Objections(ParseResult parsed, Surroundings surroundings)
    {
        (string Written, string Path, PathRule Leads)[] named =
        [
            .. from result in parsed.CommandResult.Children
               let symbol = (result as OptionResult)?.Option as IPathSymbol
                   ?? (result as ArgumentResult)?.Argument as IPathSymbol
               where symbol is not null
               from token in result.Tokens
               where token.Value.Length > 0 && token.Value != PathRule.Standard
               select (token.Value, surroundings.Resolve(token.Value), symbol.Leads),
        ];
        return named.Select(one => one.Leads.Objection(one.Written, one.Path)).OfType<string>().Concat(
            from same in named.GroupBy(one => one.Path)
            where same.Count() > 1 && same.Any(one => one.Leads.IsOutput)
            select $"{same.First().Written} is named twice, and would be written: choose another file to write");
    }
}
