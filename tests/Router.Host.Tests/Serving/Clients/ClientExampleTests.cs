using System.Text.RegularExpressions;
using Grpc.Net.Client;
using Router.Experts.Cards;
using Router.Host.Cli;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving.Clients;

/// <summary>A daemon with the small networks of Shapes10, for the examples of docs/clients.md.</summary>
public sealed class ShapesModel : IAsyncLifetime
{
    private RunningDaemon? _daemon;

    internal RunningDaemon Daemon => _daemon!;

    public async ValueTask InitializeAsync()
    {
        Surroundings surroundings = Surroundings.OfProcess() with { WorkingFolder = Reference.Root };
        ServingLimits limits = new();
        Deployment deployed = await Deployment.OpenAsync(
            new(Path: "models/shapes10/experts.yaml", Threads: 1, Batch: null, Probe: false), expert: null,
            surroundings, CancellationToken.None);
        _daemon = await RunningDaemon.ReadyAsync(
            limits, ServedModel.Of(deployed, limits, key: null, surroundings), grpc: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null) await _daemon.DisposeAsync();
    }
}

/// <summary>Every example of docs/clients.md is executed.</summary>
public sealed partial class ClientExampleTests(ShapesModel shapes) : IClassFixture<ShapesModel>, IDisposable
{
    private const string Address = "http://127.0.0.1:8080";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs");

    /// <summary>Section, language, and what the example prints.</summary>
    public static TheoryData<string, string, string> Examples => new()
    {
        { "Predict", "bash",
            """^\{"model_name":"dualrs".*"name":"class","shape":\[1\],"datatype":"INT64","data":\[-?[0-9]+\]""" },
        { "Predict", "python", "^class -?[0-9]+ by (s025|s050|s100)?$" },
        { "Predict", "csharp", "^class -?[0-9]+$" },
        { "Certify to a radius", "bash", """^\{"model_name":"dualrs".*"samples":[0-9]+""" },
        { "Certify to a radius", "python", "^class (None|[a-z]+) within [0-9.]+ after [0-9]+ samples$" },
        { "Certify to a radius", "csharp", "^class ([a-z]+)? within [0-9.]+ after [0-9]+ samples$" },
        { "A stream of certificates", "bash", """event: end\ndata: \{.*"stopped":"[a-z_]+"\}$""" },
        { "A stream of certificates", "python",
            "(^|\n)class (None|[a-z]+) within [0-9.]+ after [0-9]+ samples [a-z_]+$" },
        { "A stream of certificates", "csharp", "(^|\n)class ([a-z]+)? within [0-9.]+ after [0-9]+ samples [a-z_]+$" },
        { "Binary tensors", "bash",
            """^\{"model_name":"dualrs".*"name":"radius","shape":\[1\],"datatype":"FP32","data":\[[0-9.]+\]""" },
        { "Binary tensors", "python", "^class -?[0-9]+ within [0-9.]+$" },
        { "Binary tensors", "csharp", "^class -?[0-9]+ within [0-9.]+$" },
        { "gRPC", "csharp",
            "^class -?[0-9]+ within [0-9.]+\n.*(^|\n)class ([a-z]+)? within [0-9.]+ after [0-9]+ samples [a-z_]+$" },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task The_example_runs_and_prints_its_answer(string section, string language, string output)
    {
        string code = Blocks().Single(block => (block.Section, block.Language) == (section, language)).Code;
        byte[] pixels = ProbePatterns.Levels(0), picture = await File.ReadAllBytesAsync(
            Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png"));
        string printed = language == "csharp" ? await RunCSharpAsync(section, code, pixels, picture) : await RunAsync(
            language, code, pixels, picture);
        Assert.Matches(new Regex(output, RegexOptions.Singleline, TimeSpan.FromSeconds(1)),
            printed.Trim().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_example_has_its_test() => Assert.Equal(
        Blocks().Select(block => (block.Section, block.Language)),
        Examples.Select(example => (example.Data.Item1, example.Data.Item2)));

    private static IEnumerable<(string Section, string Language, string Code)> Blocks() =>
        from section in File.ReadAllText(Path.Combine(Reference.Root, "docs", "clients.md")).Split("\n## ").Skip(1)
        from block in Fenced().Matches(section)
        select (section.Split('\n')[0], block.Groups["language"].Value, block.Groups["code"].Value);

    private async Task<string> RunCSharpAsync(string section, string code, byte[] pixels, byte[] picture)
    {
        string source = File.ReadAllText(
            Path.Combine(Reference.Root, "tests", "Router.Host.Tests", "Serving", "Clients", "CSharpExamples.cs"));
        string compiled = source.Split($"        // {section}\n")[1].Split("        // end\n")[0];
        Assert.Equal(code, string.Concat(
            compiled.Split('\n').SkipLast(1).Select(line => (line.Length > 8 ? line[8..] : line) + "\n")));
        using GrpcChannel channel = GrpcChannel.ForAddress(shapes.Daemon.GrpcAddress);
        CSharpExamples examples = new(shapes.Daemon.Client, pixels, picture, channel);
        await (section switch
        {
            "Predict" => examples.PredictAsync(),
            "Certify to a radius" => examples.RadiusAsync(),
            "A stream of certificates" => examples.StreamAsync(),
            "gRPC" => examples.GrpcAsync(),
            _ => examples.BinaryAsync(),
        });
        return examples.Console.ToString();
    }

    private async Task<string> RunAsync(string language, string code, byte[] pixels, byte[] picture)
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "image.raw"), pixels);
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "image.png"), picture);
        string file = Path.Combine(_folder.FullName, "example");
        await File.WriteAllTextAsync(file, code.Replace(
            Address, shapes.Daemon.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        string program = language == "bash" ? "bash" : "python3";
        foreach (string needed in language == "bash" ? (string[])["bash", "curl", "od", "paste"] : ["python3"])
            Assert.SkipUnless(IsInstalled(needed), $"needs {needed}");
        (int ended, string said, string failed) = await OtherProgram.RunAsync(
            new(program, language == "bash" ? ["-euo", "pipefail", file] : [file])
            {
                WorkingDirectory = _folder.FullName,
            });
        Assert.Equal((0, ""), (ended, failed));
        return said;
    }

    private static bool IsInstalled(string program)
    {
#pragma warning disable RS0030 // a test is its own composition root
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
#pragma warning restore RS0030
        return path.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
    }

    [GeneratedRegex("```(?<language>[a-z]+)\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fenced();
}
