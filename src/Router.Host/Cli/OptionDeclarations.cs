using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Router.Data;

namespace Router.Host.Cli;

/// <summary>
/// Declares an option of a command at one place: names, help, default and what is accepted. Help and faults list
/// options as they were declared.
/// </summary>
internal static class OptionDeclarations
{
    /// <summary>An argument.</summary>
    /// <param name="command">The command.</param>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it is.</param>
    /// <param name="arity">How many; one unless told.</param>
    /// <param name="leads">What the paths have to lead to that it names; null where it names none.</param>
    /// <param name="accepted">Which values are; null for all.</param>
    public static Argument<T> Argument<T>(
        this Command command, string name, string help, ArgumentArity? arity = null, PathRule? leads = null,
        Accepted? accepted = null)
    {
        Argument<T> argument = leads is null ? new Argument<T>(name) : new PathArgument<T>(name, leads);
        argument.Description = help;
        if (arity is { } many) argument.Arity = many;
        if (accepted is not null)
        {
            argument.Validators.Add(result => Check(result, name, result.GetValueOrDefault<T>, accepted));
            argument.CompletionSources.Add([.. accepted.Words]);
        }
        command.Arguments.Add(argument);
        return argument;
    }

    /// <summary>An option that may be left out: null, or false.</summary>
    /// <param name="command">The command.</param>
    /// <param name="names">Its name, and others for the same with blanks between.</param>
    /// <param name="help">What it is.</param>
    /// <param name="accepted">Which values are; null for all.</param>
    /// <param name="leads">What the paths have to lead to that it names; null where it names none.</param>
    public static Option<T> Option<T>(
        this Command command, string names, string help, Accepted? accepted = null, PathRule? leads = null) =>
        Add(command, Create<T>(names, help, leads), accepted);

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
        Option<T> option = Create<T>(names, help, leads: null);
        option.DefaultValueFactory = _ => otherwise();
        return Add(command, option, accepted);
    }

    /// <summary>An option that must be given.</summary>
    public static Option<T> Required<T>(
        this Command command, string names, string help, Accepted? accepted = null, PathRule? leads = null)
    {
        Option<T> option = Create<T>(names, help, leads);
        option.Required = true;
        return Add(command, option, accepted);
    }

    /// <summary>An option that may be given several times, each time with one value.</summary>
    public static Option<T[]> Repeated<T>(
        this Command command, string names, string help, Accepted? accepted = null, PathRule? leads = null)
    {
        Option<T[]> option = Create<T[]>(names, help, leads);
        option.DefaultValueFactory = _ => [];
        return Add(command, option, accepted);
    }

    /// <summary>An option that may be given several times, and with several values.</summary>
    public static Option<T[]> Several<T>(
        this Command command, string names, string help, bool required = false, Accepted? accepted = null,
        PathRule? leads = null)
    {
        Option<T[]> option = required
            ? command.Required<T[]>(names, help, accepted, leads)
            : command.Repeated<T>(names, help, accepted, leads);
        option.AllowMultipleArgumentsPerToken = true;
        return option;
    }

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => IsGiven(parsed.GetResult(option));

    /// <summary>Refuses an option where none of others was given, without which it would do nothing.</summary>
    public static T OnlyWith<T>(this T option, params Option[] others) where T : Option => option.OnlyWhere(
        $"without {string.Join(" or ", others.Select(other => other.Name))}",
        result => others.Any(other => IsGiven(result.GetResult(other))));

    /// <summary>Refuses an option of one choice where another is made.</summary>
    public static T OnlyWithChoice<T>(this T option, Option<string> choice, string word) where T : Option =>
        option.OnlyWhere($"without {choice.Name} {word}", result => result.GetValue(choice) == word);

    /// <summary>Refuses an option where another was given, with which it would do nothing.</summary>
    public static T NotWith<T>(this T option, Option other) where T : Option =>
        option.OnlyWhere($"with {other.Name}", result => !IsGiven(result.GetResult(other)));

    /// <summary>Refuses an option where it would do nothing: what is asked for on a command line happens.</summary>
    /// <param name="option">The option.</param>
    /// <param name="where">Where it does nothing, in words.</param>
    /// <param name="acts">Whether it does something.</param>
    private static T OnlyWhere<T>(this T option, string where, Func<SymbolResult, bool> acts) where T : Option
    {
        option.Validators.Add(result =>
        {
            if (IsGiven(result) && !acts(result)) result.AddError($"{option.Name} does nothing {where}: leave it out");
        });
        return option;
    }

    private static bool IsGiven(OptionResult? result) => result is { Implicit: false };

    /// <summary>One of a few words.</summary>
    public static Option<string> Choice(
        this Command command, string names, string help, string otherwise, params string[] words) =>
        command.Option(names, help, otherwise, Accepted.OneOf(words));

    /// <summary>The argument of every command that reads a data set.</summary>
    public static Argument<string> DataSet(this Command command, string help)
    {
        Argument<string> data = command.Argument<string>("data", help);
        data.CompletionSources.Add([.. DataSetKind.All.Select(known => known.Name)]);
        return data;
    }

    /// <summary>The option of every command that reads a known data set.</summary>
    public static Option<string> Split(
        this Command command, string otherwise = "test", string help = "train or test.") =>
        command.Choice("--split", help, otherwise, "train", "test");

    /// <summary>A command that only holds others: alone it shows them.</summary>
    public static Command ShowsHelp(this Command group)
    {
        group.SetAction(parsed => new HelpAction().Invoke(parsed));
        return group;
    }

    private static Option<T> Create<T>(string names, string help, PathRule? leads)
    {
        string[] all = names.Split(' ');
        Option<T> option = leads is null
            ? new Option<T>(all[0], all[1..]) : new PathOption<T>(all[0], all[1..], leads);
        option.Description = help;
        if (DecimalPoints.Parser<T>() is { } parser) option.CustomParser = parser;
        return option;
    }

    private static Option<T> Add<T>(Command command, Option<T> option, Accepted? accepted)
    {
        if (accepted is not null)
        {
            option.Validators.Add(result => Check(result, option.Name, result.GetValueOrDefault<T>, accepted));
            if (accepted.Words.Length > 0) option.CompletionSources.Add([.. accepted.Words]);
        }
        command.Options.Add(option);
        return option;
    }

    private static void Check<T>(SymbolResult result, string name, Func<T?> read, Accepted accepted)
    {
        try
        {
            T? value = read();
            object? wrong = value is Array several
                ? several.Cast<object>().FirstOrDefault(one => !accepted.Holds(one))
                : value is not null && !accepted.Holds(value) ? value : null;
            if (wrong is not null)
                Refuse(wrong is string ? $"'{wrong}'" : $"{wrong}");
        }
        catch (InvalidOperationException)
        {
            // It does not convert: the parser has another sentence for it, which is left out beside this one.
            Refuse($"'{string.Join(' ', result.Tokens)}'");
        }

        void Refuse(string written) =>
            result.AddError($"{name} is {written}: accepted {accepted.Text}");
    }
}
