using System.Text.Json.Nodes;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>Commands over a registry whose expert has two versions.</summary>
public sealed class VersionTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private string Registry(string first, string second)
    {
        string Weights(string name) =>
            $"checkpoint: {Path.Combine(Reference.Root, "models", "cifar10", $"{name}.safetensors")}";
        return _shell.Write($"{first}.yaml", $$"""
            dataset: cifar10
            experts:
              - { id: s025, sigma: 0.25, architecture: cifar_resnet20, input: standardize,
                  versions: { 1: { {{Weights(first)}} }, 2: { {{Weights(second)}}, pass: 0.35 } } }
            """);
    }

    [Fact]
    public async Task A_version_certifies_by_its_id_and_its_record_is_replayed_by_the_registry_that_has_it()
    {
        string registry = Registry("noise_0.25", "consistency_0.25");
        Outcome certified = await _shell.RunAsync(
            ["certify", _shell.Picture, "-r", registry, "--expert", "s025:1", "--records", "r.jsonl", "--n0", "10",
                "--n", "100", "--alpha", "0.05", "--seed", "5", .. Shell.Fast]);
        Assert.True(certified.Code == ExitCode.Done, certified.Error);
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(_shell.In("r.jsonl")))!;
        Assert.Equal("s025:1", (string?)record["routing"]!["mix"]![0]!["id"]);

        Outcome same = await ReplayAsync(registry);
        Assert.True(same.Code == ExitCode.Done, same.Out + same.Error);
        Outcome other = await ReplayAsync(Registry("noise_0.50", "noise_0.25"));
        Assert.Equal(ExitCode.DoesNotHold, other.Code);

        Task<Outcome> ReplayAsync(string from) =>
            _shell.RunAsync(["replay", "r.jsonl", "--image", _shell.Picture, "-r", from, .. Shell.Fast]);
    }

    [Fact]
    public async Task The_list_has_every_version_and_an_unknown_one_is_refused_with_those_there_are()
    {
        string registry = Registry("noise_0.25", "consistency_0.25");
        Outcome listed = await _shell.RunAsync("experts", "list", "-r", registry, "--json");
        Assert.Equal(["s025 2", "s025:1 1"], listed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!).Select(one => $"{one["id"]} {one["version"]}"));
        Outcome refused = await _shell.RunAsync("certify", _shell.Picture, "-r", registry, "--expert", "s025:3");
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("--expert s025:3: there is no such expert", refused.Error, StringComparison.Ordinal);
        Assert.Contains("s025:1", refused.Error, StringComparison.Ordinal);
    }
}
