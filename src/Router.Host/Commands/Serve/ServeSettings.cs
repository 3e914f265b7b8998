using System.CommandLine;
using Router.Evaluation;
using Router.Experts.Files;
using Router.Host.Cli;
using Router.Host.Serving.Hosting;

namespace Router.Host.Commands.Serve;

/// <summary>
/// What the daemon was told: by <c>appsettings.json</c>, over that by the environment, over both by the command line.
/// </summary>
internal sealed class ServeSettings
{
    private const string FileName = "appsettings.json";

    private readonly Option<string?> _file;
    private readonly Command _command;

    /// <summary>Adds the option that names the file.</summary>
    public ServeSettings(Command command)
    {
        _command = command;
        _file = command.Option<string?>(
            "--settings",
            $"A file of settings, JSON: every option stands in its section {Settings.Section} by its name, MaxImages "
            + "for --max-images, and so in the environment, DUALRS__MAXIMAGES; options given here go first "
            + $"(default: ./{FileName}, where it is there).");
    }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="BadInputException">
    /// The file cannot be read, or settings cannot be used: all of them.
    /// </exception>
    public (DaemonOptions Options, IConfigurationRoot Written) Read(ParseResult parsed, Surroundings surroundings)
    {
        string? asked = parsed.GetValue(_file);
        string path = surroundings.Resolve(asked ?? FileName);
        ConfigurationBuilder builder = new();
        if (asked is not null || File.Exists(path))
        {
            if (!File.Exists(path))
                throw new BadInputException($"there is no file of settings {path}");
            if (RegularFile.Objection(path) is { } objection)
                throw new BadInputException($"--settings: {objection}");
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
        }
        IConfigurationRoot configuration;
        try
        {
            configuration = builder
                .Add(NamedSettings.OfEnvironment(surroundings.Variables)).Add(OfCommandLine(parsed)).Build();
        }
        catch (Exception fault) when (fault is InvalidDataException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{path} cannot be read: {(fault.InnerException ?? fault).Message}");
        }
        DaemonOptions options = new();
        IReadOnlyList<string> faults = Settings.Fill(options, configuration);
        return faults.Count == 0 ? (options, configuration) : throw new BadInputException(string.Join('\n', faults));
    }

    private NamedSettings OfCommandLine(ParseResult parsed)
    {
        NamedSettings settings = new() { OfCommandLine = true };
        foreach (Option option in _command.Options.Where(option => option != _file))
        {
            if (parsed.GetResult(option) is not { Implicit: false } given) continue;
            string path = ConfigurationPath.Combine(
                Settings.Section, option.Name.Replace("-", "", StringComparison.Ordinal));
            if (option.ValueType.IsArray)
                for (int i = 0; i < given.Tokens.Count; i++)
                    settings.Add(ConfigurationPath.Combine(path, $"{i}"), given.Tokens[i].Value, option.Name);
            else
                settings.Add(path, given.Tokens is [var value] ? value.Value : bool.TrueString, option.Name);
        }
        return settings;
    }
}
