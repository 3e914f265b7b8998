using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Router.Host.Cli;
using Router.Host.Commands;
using Router.Host.Commands.Serve;
using Spectre.Console;

namespace Router.Host.Tests.Serving.Hosting;

/// <summary>What the daemon is told by a file, by the environment and by the command line.</summary>
public sealed class ServeSettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-settings-");
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_command_line_goes_before_the_environment_and_that_before_the_file()
    {
        Write("""
            { "DualRs": { "MaxImages": 1, "MaxWaiting": 2, "Cache": 3, "Log": "json", "NoProbe": true } }
            """);
        _variables["DUALRS__MAXWAITING"] = "20";
        _variables["DualRs__Cache"] = "30";
        DaemonOptions told = Read("--cache", "300");
        Assert.Equal((1, 20, 300, LogFormat.Json, true),
            (told.MaxImages, told.MaxWaiting, told.Cache, told.Log, told.NoProbe));
    }

    [Fact]
    public void What_nobody_says_is_as_the_help_has_it()
    {
        DaemonOptions told = Read(), fresh = new();
        Assert.All(typeof(DaemonOptions).GetProperties().Where(property => property.CanWrite), property =>
            Assert.Equal(property.GetValue(fresh), property.GetValue(told)));
        Assert.All(Serve().Options.Where(option => option.HasDefaultValue && !option.ValueType.IsArray), option =>
            Assert.Equal(Serve().Parse("").GetRequiredValue<object>(option.Name),
                typeof(DaemonOptions).GetProperty(PropertyOf(option))!.GetValue(fresh) ?? false));
    }

    [Fact]
    public void Every_option_is_a_setting_of_its_name_and_every_setting_an_option()
    {
        string[] options =
        [
            .. Serve().Options.Where(option => option.Name is not ("--help" or "--settings")).Select(PropertyOf),
        ];
        string[] settings =
        [
            .. typeof(DaemonOptions).GetProperties().Where(property => property.CanWrite).Select(known => known.Name),
        ];
        Assert.Equal(settings.Order(StringComparer.Ordinal), options.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_list_is_taken_whole_from_whoever_goes_first()
    {
        Write("""{ "DualRs": { "Models": ["/a", "/b", "/c"] } }""");
        Assert.Equal(["/a", "/b", "/c"], Read().Models);
        Assert.Equal(["/d"], Read("--models", "/d").Models);
        _variables["DUALRS__MODELS__0"] = "/e";
        Assert.Equal(["/e"], Read().Models);
        _variables.Clear();
        _variables["DUALRS__MODELS"] = "/f";
        Assert.Equal(["/f"], Read().Models);
    }

    [Theory]
    [InlineData("DUALRS__MAXIMAGES", "0", "DualRs:MaxImages is '0': accepted are whole numbers from 1")]
    [InlineData("DUALRS__MaxBody", "much",
        "DualRs:MaxBody is 'much': accepted are whole numbers from 1 to 1024")]
    [InlineData("DUALRS__TRACESHARE", "2", "DualRs:TraceShare is '2': accepted are numbers from 0 to 1")]
    [InlineData("DUALRS__NOPROBE", "yes", "DualRs:NoProbe is 'yes': accepted are true and false")]
    [InlineData("DUALRS__LOG", "1", "DualRs:Log is '1': accepted are text and json")]
    [InlineData("DUALRS__KEYS", "", "DualRs:Keys is empty: leave it out, or give it a value")]
    [InlineData("DUALRS__URLS__0", "http://127.0.0.1:1", "DualRs:Urls is a section: accepted is one value")]
    [InlineData("DUALRS__MAXIMAGSE", "5", "DualRs:MAXIMAGSE is no setting: did you mean 'MaxImages'? One of ")]
    public async Task A_setting_that_cannot_be_used_is_told_with_its_place(string variable, string value, string fault)
    {
        _variables[variable] = value;
        (int code, string said) = await RunAsync();
        Assert.Equal(ExitCode.BadInput, code);
        Assert.StartsWith($"dualrs: {variable}: {fault}", said);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_with_the_file_it_stands_in()
    {
        string file = Write("""{ "DualRs": { "MaxImages": -1, "Drain": 5, "Cache": "all" } }""");
        (int code, string said) = await RunAsync();
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains($"{file}: DualRs:MaxImages is '-1': accepted are whole numbers from 1", said);
        Assert.Contains($"{file}: DualRs:Drain is no setting: ", said);
        Assert.Contains($"{file}: DualRs:Cache is 'all': accepted are whole numbers from 0 to 65536", said);
    }

    [Theory]
    [InlineData("Urls", "8080", "cannot listen at '8080'")]
    [InlineData("Certificate", "tls.crt", "there is no certificate file|--certificate is given, but no address")]
    [InlineData("Keys", "nowhere.txt", "there is no file of keys")]
    [InlineData("Sign", "nowhere.pem", "there is no key nowhere.pem")]
    [InlineData("Tradeoff", "nowhere.json", "--tradeoff: there is no file")]
    public async Task What_a_later_check_finds_is_told_with_its_place_too(string setting, string value, string fault)
    {
        string file = Write($$"""{ "DualRs": { "{{setting}}": "{{value}}" } }""");
        (int code, string said) = await RunAsync();
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(fault.Split('|'), known => said.StartsWith($"dualrs: {known}", StringComparison.Ordinal));
        Assert.EndsWith($"(DualRs:{setting} stands in {file})", said.TrimEnd());
    }

    [Fact]
    public async Task A_file_that_is_named_must_be_there_and_be_JSON()
    {
        (int missing, string said) = await RunAsync("--settings", "elsewhere.json");
        Assert.Equal(ExitCode.BadInput, missing);
        Assert.StartsWith($"dualrs: there is no file of settings {_folder.FullName}/elsewhere.json", said);
        string file = Write("{ DualRs }");
        (int damaged, string why) = await RunAsync();
        Assert.Equal(ExitCode.BadInput, damaged);
        Assert.StartsWith($"dualrs: {file} cannot be read: Could not parse the JSON file", why);
    }

    private static string PropertyOf(Option option) =>
        string.Concat(option.Name[2..].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static Command Serve() => ServeCommand.Create(Surroundings.OfProcess());

    private string Write(string json)
    {
        string file = Path.Combine(_folder.FullName, "appsettings.json");
        File.WriteAllText(file, json);
        return file;
    }

    private Surroundings Outside(TextWriter? said = null) => Surroundings.OfProcess() with
    {
        WorkingFolder = _folder.FullName, Variables = _variables,
        Error = AnsiConsole.Create(
            new() { Out = new AnsiConsoleOutput(said ?? TextWriter.Null), Ansi = AnsiSupport.No }).Wide(),
    };

    private DaemonOptions Read(params string[] arguments)
    {
        Command command = Serve();
        ServeSettings settings = new(command);
        return settings.Read(command.Parse(arguments), Outside()).Options;
    }

    private async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        await using StringWriter said = new();
        Surroundings outside = Outside(said);
        int code = await CommandRunner.RunAsync(CommandTree.Create(outside), ["serve", .. arguments], outside);
        return (code, said.ToString());
    }
}

file static class Consoles
{
    public static IAnsiConsole Wide(this IAnsiConsole console)
    {
        console.Profile.Width = 10_000;
        return console;
    }
}
