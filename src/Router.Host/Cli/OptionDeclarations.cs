using System.CommandLine;
using System.CommandLine.Parsing;

namespace Router.Host.Cli;

/// <summary>
/// Declares an option of a command at one place: names, help, default and what is accepted. Help and faults list
/// options as they were declared.
/// </summary>
internal static class OptionDeclarations
{
    /// <summary>An argument.</summary>
    public static Argument<T> Argument<T>(this Command command, string name, string help, ArgumentArity? arity = null)
    {
        Argument<T> argument = new(name) { Description = help };
        if (arity is { } many) argument.Arity = many;
        command.Arguments.Add(argument);
        return argument;
    }

    /// <summary>An option that may be left out: null, or false.</summary>
    /// <param name="command">The command.</param>
    /// <param name="names">Its name, and others for the same with blanks between.</param>
    /// <param name="help">What it is.</param>
    /// <param name="accepted">Which values are; null for all.</param>
    public static Option<T> Option<T>(
        this Command command, string names, string help, Accepted? accepted = null) =>
        Add(command, Create<T>(names, help), accepted);

    /// <summary>An option with a value where it is left out.</summary>
    public static Option<T> Option<T>(
        this Command command, string names, string help, T otherwise, Accepted? accepted = null) =>
        command.Deferred(names, help, () => otherwise, accepted);

    /// <summary>
    /// An option whose value, where it is left out, is found when it is read: every command is declared at every start,
    /// and finding it may load a library.
    /// </summary>
    public static Option<T> Deferred<T>(
        this Command command, string names, string help, Func<T> otherwise, Accepted? accepted = null)
    {
        Option<T> option = Create<T>(names, help);
        option.DefaultValueFactory = _ => otherwise();
        return Add(command, option, accepted);
    }

    /// <summary>An option that must be given.</summary>
    public static Option<T> Required<T>(
        this Command command, string names, string help, Accepted? accepted = null)
    {
        Option<T> option = Create<T>(names, help);
        option.Required = true;
        return Add(command, option, accepted);
    }

    /// <summary>An option that may be given several times, each time with one value.</summary>
    public static Option<T[]> Repeated<T>(this Command command, string names, string help) =>
        command.Option<T[]>(names, help, []);

    /// <summary>An option that may be given several times, and with several values.</summary>
    public static Option<T[]> Several<T>(this Command command, string names, string help, bool required = false)
    {
        Option<T[]> option = required ? command.Required<T[]>(names, help) : command.Repeated<T>(names, help);
        option.AllowMultipleArgumentsPerToken = true;
        return option;
    }

    /// <summary>One of a few words.</summary>
    public static Option<string> Choice(
        this Command command, string names, string help, string otherwise, params string[] words)
    {
        Option<string> option = command.Option(names, help, otherwise);
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    /// <summary>The option of every command that reads a known data set.</summary>
    public static Option<string> Split(
        this Command command, string otherwise = "test", string help = "train or test.") =>
        command.Choice("--split", help, otherwise, "train", "test");

    private static Option<T> Create<T>(string names, string help)
    {
        string[] all = names.Split(' ');
        return new(all[0], all[1..]) { Description = help };
    }

    private static Option<T> Add<T>(Command command, Option<T> option, Accepted? accepted)
    {
        if (accepted is not null)
            option.Validators.Add(result => Check<T>(result, accepted));
        command.Options.Add(option);
        return option;
    }

    private static void Check<T>(OptionResult result, Accepted accepted)
    {
        try
        {
            if (result.GetValueOrDefault<T>() is { } value && !accepted.Holds(value))
                result.AddError($"{result.Option.Name} is {value}: accepted {accepted.Text}");
        }
        catch (InvalidOperationException)
        {
            // One that does not convert is not a matter of range: the parser says so itself, after the validators.
        }
    }
}
