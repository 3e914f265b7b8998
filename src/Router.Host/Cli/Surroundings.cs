using System.Collections;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>What a command takes from outside: consoles, clock, environment, fresh randomness.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, warnings and faults.</param>
/// <param name="Clock">The time.</param>
/// <param name="Variable">An environment variable, or null.</param>
/// <param name="UserHome">The user's home folder.</param>
/// <param name="WorkingFolder">Where relative paths start.</param>
/// <param name="FreshSecret">Draws 32 bytes that nobody else knows.</param>
internal sealed record Surroundings(
    IAnsiConsole Out, IAnsiConsole Error, TimeProvider Clock, Func<string, string?> Variable, string UserHome,
    string WorkingFolder,
    Func<byte[]> FreshSecret)
{
    private const int UnwrappedWidth = 10_000;

    /// <summary>Where noise comes from: the seed that was given, or a fresh secret.</summary>
    public SeedSource Seeds(ulong? given) =>
        given is { } seed ? SeedSource.FromCaller(seed) : new(FreshSecret(), SeedOrigin.Server);

    /// <summary>What is piped in; nothing unless told.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Every environment variable, for what is looked for by a prefix; none unless told.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    /// <summary>The program's own folder, where the bundled registry lies in it; null where it does not.</summary>
    public string? ProgramFolder { get; init; }

    /// <summary>The folder of the installation, which holds the bundled registry; null where started by hand.</summary>
    public string? InstallationFolder => Variable("DUALRS_HOME") ?? ProgramFolder;

    /// <summary>Where what can be made again is kept, by the XDG Base Directory Specification.</summary>
    public string CacheFolder => Path.Combine(
        Variable("XDG_CACHE_HOME") is { Length: > 0 } told ? told : Path.Combine(UserHome, ".cache"), "dualrs");

    /// <summary>Those of this process.</summary>
    public static Surroundings OfProcess() => new(
        ConsoleOf(Console.Out, Console.IsOutputRedirected),
        ConsoleOf(Console.Error, Console.IsErrorRedirected),
        TimeProvider.System,
#pragma warning disable RS0030 // the composition root is where environment and randomness come in
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        Environment.CurrentDirectory,
        () => RandomNumberGenerator.GetBytes(32))
    {
        In = Console.In,
        ProgramFolder = File.Exists(Path.Combine(AppContext.BaseDirectory, "experts.yaml"))
            ? AppContext.BaseDirectory : null,
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToImmutableDictionary(variable => (string)variable.Key, variable => (string)variable.Value!),
    };
#pragma warning restore RS0030

    private static IAnsiConsole ConsoleOf(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        // A file or a pipe has no right margin: nothing is wrapped there.
        if (redirected) console.Profile.Width = UnwrappedWidth;
        return console;
    }

    /// <summary>Says what is wrong, on the error console, as every command does.</summary>
    public void Say(string message) => Error.MarkupLine($"[red]dualrs:[/] {Markup.Escape(message)}");

    /// <summary>Says what should be known, on the error console; the command goes on.</summary>
    public void Warn(string message) => Error.MarkupLine($"[yellow]{Markup.Escape(message)}[/]");

    /// <summary>A path as the user meant it.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, WorkingFolder);
}
