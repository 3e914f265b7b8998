using Router.Host.Cli;
using Router.Host.Commands;
using Spectre.Console;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>
/// A folder to work in, with command lines run in this process as a shell would: twelve pictures of three classes, no
/// data sets.
/// </summary>
internal sealed class Shell : IDisposable
{
    /// <summary>Small batches on one thread, and no probes: what is tested is the command, not the networks.</summary>
    public static readonly string[] Fast = ["--threads", "1", "--batch", "20", "--no-probe"];

    /// <summary>
    /// An installation of the program whose registry has a router and four plain experts: what most commands are about.
    /// </summary>
    public static string Home { get; } = Installation();

    private static readonly string[] Fixtures = [
        "rgb.png", "rgb16.png", "alpha-opaque.png", "grey.png", "palette.png", "color444.jpg"];

    public Shell()
    {
        Folder = Directory.CreateTempSubdirectory("dualrs-shell-").FullName;
        for (int i = 0; i < 2 * Fixtures.Length; i++)
        {
            string target = In("pictures", $"class{i % 3}", $"{i:00}-{Fixtures[i % Fixtures.Length]}");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures",
                Fixtures[i % Fixtures.Length]), target);
        }
    }

    public string Folder { get; }

    /// <summary>The environment of the commands.</summary>
    public Dictionary<string,
        string> Variables { get; } = new(StringComparer.Ordinal) { ["DUALRS_HOME"] = Home };

    /// <summary>How wide the terminal is that results are printed on; null for a pipe.</summary>
    public int? Columns { get; init; }

    /// <summary>Whether progress and faults come where results do, as on a terminal.</summary>
    public bool Together { get; init; }

    public string In(params string[] names) => Path.Combine([Folder, .. names]);

    public string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return In(name);
    }

    /// <summary>A picture of the folder.</summary>
    public string Picture => In("pictures", "class0", "00-rgb.png");

    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        using StringWriter result = new(), errors = new();
        Surroundings surroundings = new(
            ConsoleOn(result, Columns), Together ? ConsoleOn(result, Columns) : ConsoleOn(errors), TimeProvider.System,
            Variables.GetValueOrDefault, Folder, Folder, () => new byte[32]);
        int code = await CommandRunner.RunAsync(CommandTree.Create(surroundings), arguments, surroundings);
        return new(code, result.ToString(), errors.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Installation()
    {
        string home = Directory.CreateTempSubdirectory("dualrs-home-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(home, "models"), Path.Combine(Reference.Root, "models"));
        File.WriteAllText(Path.Combine(home, "experts.yaml"), Reference.RoutedRegistry);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            File.Delete(Path.Combine(home, "models"));
            Directory.Delete(home, recursive: true);
        };
        return home;
    }

    private static IAnsiConsole ConsoleOn(TextWriter writer, int? columns = null)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = columns is { } width ? new Terminal(writer, width) : new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.No, Interactive = InteractionSupport.No,
        });
        if (columns is null) console.Profile.Width = 10_000;
        return console;
    }
}

/// <summary>What a command line answered.</summary>
internal sealed record Outcome(int Code, string Out, string Error);
