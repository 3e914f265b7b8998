using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Router.Experts.Registry.Yaml;

namespace Router.Host.Cli;

/// <summary>What a command line says that no command takes, in sentences, with what was probably meant.</summary>
internal static partial class ParseFaults
{
    /// <summary>How the parser's sentence begins about a value that does not convert.</summary>
    public const string Unread = "Cannot parse argument";

    /// <summary>Every fault; none where the command line is one.</summary>
    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string[] options = [.. parsed.UnmatchedTokens.Concat(Swallowed(parsed)).Where(LooksLikeOption)];
        IEnumerable<string> unknown =
            options.Length > 0 && (command.Subcommands.Count == 0 || options.Length == parsed.UnmatchedTokens.Count)
                ? options.Select(option => UnknownOption(option, parsed))
            : command.Subcommands.Count > 0
                ? parsed.UnmatchedTokens.Where(token => !LooksLikeOption(token)).Take(1)
                    .Select(token => UnknownCommand(token, command))
            : parsed.UnmatchedTokens.Select(token => $"{PathOf(parsed)}takes no '{token}' here");
        string[] faults = [.. unknown, .. Errors(parsed).Distinct()];
        return faults.Length > 0 ? faults : [.. parsed.Errors.Select(error => error.Message)];
    }

    /// <summary>"experts list " of <c>dualrs experts list</c>; empty of the root.</summary>
    public static string PathOf(ParseResult parsed)
    {
        string path = "";
        for (CommandResult? result = parsed.CommandResult; result is { Command: not RootCommand };
            result = result.Parent as CommandResult)
            path = $"{result.Command.Name} {path}";
        return path;
    }

    // What looks like an option and was taken for a value: nobody calls a file --json.
    private static IEnumerable<string> Swallowed(ParseResult parsed)
    {
        List<Token> named = [.. parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)];
        return
            from result in parsed.CommandResult.Children
            from token in result.Tokens
            where token.Type == TokenType.Argument && LooksLikeOption(token.Value)
                && named.Exists(known => ReferenceEquals(known, token))
            select token.Value;
    }

    private static bool LooksLikeOption(string token) => OptionForm().IsMatch(token);

    private static string UnknownOption(string option, ParseResult parsed)
    {
        string written = option.Split('=')[0];
        IEnumerable<Option> known = parsed.CommandResult.Command.Options
            .Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive));
        string? meant = Spelling.Closest(
            written, known.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Prepend(option.Name))
                .Where(name => name.StartsWith("--", StringComparison.Ordinal)));
        return $"there is no option {written}{(meant is null ? "" : $"; did you mean {meant}?")}";
    }

    private static string UnknownCommand(string written, Command group)
    {
        string[] known = [.. group.Subcommands.Where(command => !command.Hidden).Select(command => command.Name)];
        return $"there is no command '{written}'; {Spelling.OneOf(written, known)}";
    }

    private static IEnumerable<string> Errors(ParseResult parsed)
    {
        foreach (ParseError error in parsed.Errors)
        {
            if (error.SymbolResult is CommandResult && parsed.UnmatchedTokens.Any(
                token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)))
                continue;
            if (!error.Message.StartsWith(Unread, StringComparison.Ordinal))
                yield return error.Message;
            else if (error.SymbolResult is { } value && !parsed.Errors.Any(
                other => other.SymbolResult == value && other.Message != error.Message))
                yield return $"{NameOf(value)} is '{string.Join(' ', value.Tokens)}': accepted {KindOf(value)}";
        }
    }

    private static string NameOf(SymbolResult value) =>
        value is OptionResult option ? option.Option.Name : ((ArgumentResult)value).Argument.Name;

    private static string KindOf(SymbolResult value)
    {
        Type type = value is OptionResult option ? option.Option.ValueType : ((ArgumentResult)value).Argument.ValueType;
        type = type.GetElementType() ?? type;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum ? $"are {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}"
            : type == typeof(ulong) ? "are whole numbers from 0"
            : type == typeof(int) ? "are whole numbers"
            : "are numbers";
    }

    [GeneratedRegex("^--?[A-Za-z]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OptionForm();
}
