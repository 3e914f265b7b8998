using System.Net;
using System.Net.Sockets;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Commands;
using Router.Host.Serving.Operations;
using Spectre.Console;
using Tests;

namespace Router.Host.Tests.Serving;

public sealed class ServeArgumentTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://localhost:81/", "http://127.0.0.1:81")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    [InlineData("http://0.0.0.0:0; http://127.0.0.2", "http://0.0.0.0:0 http://127.0.0.2:80")]
    [InlineData("https://127.0.0.1; https://[::]:8443", "https://127.0.0.1:443 https://[::]:8443")]
    public void Addresses_are_read(string urls, string expected) =>
        Assert.Equal(expected, string.Join(' ', ListenAddress.Parse(urls)));

    [Theory]
    [InlineData("")]
    [InlineData("8080")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://127.0.0.1:8443")]
    [InlineData("http://example.com:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://127.0.0.1:8080/v2")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task Anything_else_is_refused_with_exit_code_2(string urls)
    {
        BadInputException fault = Assert.Throws<BadInputException>(() => ListenAddress.Parse(urls));
        Assert.StartsWith($"cannot listen at '{urls}': accepted are http and https addresses", fault.Message);
        using StringWriter said = new();
        Surroundings surroundings = Surroundings.OfProcess() with { Error = AnsiConsole.Create(
            new() { Out = new AnsiConsoleOutput(said), Ansi = AnsiSupport.No }) };
        Assert.Equal(ExitCode.BadInput,
            await CommandRunner.RunAsync(CommandTree.Create(surroundings), ["serve", "--urls", urls], surroundings));
        Assert.StartsWith("dualrs: cannot listen at", said.ToString());
    }

    [Fact]
    public async Task A_missing_file_of_keys_is_refused_with_exit_code_2()
    {
        using StringWriter said = new();
        Surroundings surroundings = Surroundings.OfProcess() with { Error = AnsiConsole.Create(
            new() { Out = new AnsiConsoleOutput(said), Ansi = AnsiSupport.No }) };
        Assert.Equal(ExitCode.BadInput, await CommandRunner.RunAsync(
            CommandTree.Create(surroundings), ["serve", "--keys", "nowhere/keys.txt"], surroundings));
        Assert.StartsWith("dualrs: there is no file of keys ", said.ToString());
    }

    [Fact]
    public async Task Networks_outside_of_the_registrys_folder_are_refused_unless_their_folder_is_named()
    {
        // Not those of the installation, which are always allowed.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dualrs-registry-"),
            elsewhere = Directory.CreateTempSubdirectory("dualrs-models-");
        try
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Reference.Root, "models", "shapes10")))
                File.Copy(file, Path.Combine(elsewhere.FullName, Path.GetFileName(file)));
            string models = elsewhere.FullName, registry = Path.Combine(folder.FullName, "experts.yaml");
            string bundled = await File.ReadAllTextAsync(Path.Combine(models, "experts.yaml"));
            await File.WriteAllTextAsync(
                registry, bundled.Replace("checkpoint: ", $"checkpoint: {models}/", StringComparison.Ordinal));
            using ServeProcess refused = ServeProcess.StartWith(registry, "--urls", "http://127.0.0.1:0");
            Assert.Contains("is outside of the folders that models may come from",
                await refused.LineWithAsync("router: checkpoint"), StringComparison.Ordinal);
            Assert.Equal(ExitCode.BadInput, await refused.ExitCodeAsync());
            using ServeProcess served = ServeProcess.StartWith(
                registry, "--urls", "http://127.0.0.1:0", "--models", models);
            await served.LineWithAsync("ready after");
        }
        finally
        {
            folder.Delete(recursive: true);
            elsewhere.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_address_in_use_is_one_error_that_names_it()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        IPEndPoint taken = (IPEndPoint)other.LocalEndpoint;
        await using Daemon daemon = new([new(taken.Address, taken.Port)], new(), TimeProvider.System, _ => { });
        BadInputException fault = await Assert.ThrowsAsync<BadInputException>(
            () => daemon.StartAsync(CancellationToken.None));
        Assert.Contains($"http://{taken}", fault.Message);
        Assert.Contains("address already in use", fault.Message);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused()
    {
        await using Daemon daemon = new([new(IPAddress.Parse("192.0.2.1"), 0)], new(), TimeProvider.System, _ => { });
        BadInputException fault = await Assert.ThrowsAsync<BadInputException>(
            () => daemon.StartAsync(CancellationToken.None));
        Assert.StartsWith("cannot listen: ", fault.Message);
    }

    [Theory]
    [InlineData("--max-images", "0")]
    [InlineData("--max-samples", "0")]
    [InlineData("--max-waiting", "-1")]
    [InlineData("--max-connections", "0")]
    [InlineData("--max-body", "1025")]
    [InlineData("--drain-time", "86401")]
    public async Task A_limit_out_of_range_is_refused_with_exit_code_2(string option, string value)
    {
        using StringWriter said = new();
        Surroundings surroundings = Surroundings.OfProcess() with { Error = AnsiConsole.Create(
            new() { Out = new AnsiConsoleOutput(said), Ansi = AnsiSupport.No }) };
        Assert.Equal(ExitCode.BadInput,
            await CommandRunner.RunAsync(CommandTree.Create(surroundings), ["serve", option, value], surroundings));
        Assert.StartsWith($"dualrs: {option} is {value}: accepted are whole numbers from ", said.ToString());
    }
}
