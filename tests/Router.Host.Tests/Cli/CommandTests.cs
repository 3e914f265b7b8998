using Router.Experts.Checkpoints;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

public sealed class CommandTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private async Task<string> Refused(params string[] arguments)
    {
        Outcome outcome = await _shell.RunAsync(arguments);
        Assert.Equal((ExitCode.BadInput, ""), (outcome.Code, outcome.Out));
        Assert.StartsWith("dualrs: ", outcome.Error, StringComparison.Ordinal);
        return outcome.Error;
    }

    private async Task<string> Done(params string[] arguments)
    {
        Outcome outcome = await _shell.RunAsync(arguments);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        return outcome.Out;
    }

    [Theory]
    [InlineData("--n", "many")]
    [InlineData("--n", "0")]
    [InlineData("--n", "2000000000")]
    [InlineData("--n0", "-3")]
    [InlineData("--alpha", "0")]
    [InlineData("--alpha", "1e-31")]
    [InlineData("--alpha", "0.6")]
    [InlineData("--alpha", "x")]
    [InlineData("--seed", "-1")]
    [InlineData("--skip", "0")]
    [InlineData("--split", "validation")]
    [InlineData("--no-such-option", "1")]
    public async Task A_value_that_an_option_cannot_take_is_refused_before_anything_is_loaded(
        string option, string value) =>
        Assert.Contains("see dualrs certify --help",
            await Refused("certify", "pictures", "-o", "log.tsv", option, value), StringComparison.Ordinal);

    [Theory]
    [InlineData("0", "--sigma is 0: accepted are numbers above 0, at most 3.5")]
    [InlineData("3.6", "--sigma is 3.6: accepted are numbers above 0, at most 3.5")]
    [InlineData("x", "'x'")]
    public async Task An_import_with_a_sigma_that_is_none_is_refused(string sigma, string message) => Assert.Contains(
        message, await Refused("experts", "import", "a.pth", "-o", "a.safetensors", "--id", "a", "--sigma", sigma,
            "--input", "none"), StringComparison.Ordinal);

    [Fact]
    public async Task A_fault_below_a_group_of_commands_points_to_the_help_of_the_very_command() =>
        Assert.Contains("see dualrs experts convert --help", await Refused("experts", "convert"),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_registry_with_several_faults_names_each_with_line_and_column()
    {
        _shell.Write("bad.yaml", """
            dataset: cifar10
            experts:
              - { id: a, sigma: -1, architecture: cifar_resnet20, checkpoint: nowhere.safetensors, input: standardize }
              - { id: a, sigma: 0.5, architecture: vgg16, checkpoint: nowhere.safetensors, input: standardise }
            routing: { kind: fixed, expert: a }
            """);
        string error = await Refused("experts", "list", "-r", "bad.yaml");
        foreach (string fault in (
            string[])["bad.yaml:3:21: a: sigma", "bad.yaml:4:", "vgg16", "standardise", "does not exist", "repeats"])
            Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.yaml")]
    [InlineData("pictures")]
    public async Task A_registry_that_is_no_file_is_refused_by_name(string path) =>
        Assert.Contains(path, await Refused("experts", "list", "-r", path), StringComparison.Ordinal);

    [Fact]
    public async Task List_shows_router_and_experts_even_in_a_folder_with_brackets()
    {
        string folder = _shell.In("[odd] folder");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "experts.yaml"), Reference.RoutedRegistry);
        foreach (string output in (string[])[await Done("experts", "list"),
            await Done("experts", "list", "-r", Path.Combine(folder, "experts.yaml"))])
            foreach (string id in (string[])["router", "s012", "s025", "s050", "s100", "cifar_resnet20"])
                Assert.Contains(id, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ensemble_is_listed_with_all_its_members_and_verified_by_their_cards()
    {
        string models = Path.Combine(Reference.Root, "models", "cifar10");
        _shell.Write("experts.yaml", $$"""
            dataset: cifar10
            experts:
              - { id: both, sigma: 0.12, architecture: cifar_resnet20, input: standardize,
                  checkpoint: [{{models}}/noise_0.12.safetensors, {{models}}/noise_0.25.safetensors] }
            """);
        string listed = await Done("experts", "list", "-r", "experts.yaml");
        foreach (string part in (string[])["cifar_resnet20 + cifar_resnet20", "noise_0.12", "noise_0.25"])
            Assert.Contains(part, listed, StringComparison.Ordinal);
        string verified = await Done("experts", "verify", "-r", "experts.yaml", "--threads", "1");
        Assert.Contains(verified.Split('\n'), line => line.Contains("both", StringComparison.Ordinal)
            && line.Contains("patterns", StringComparison.Ordinal)
            && line.Contains("passed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verify_asks_every_network_and_passes_the_bundled_ones()
    {
        string output = await Done("experts", "verify", "--threads", "1");
        Assert.Equal(5, output.Split('\n').Count(line => line.Contains("patterns", StringComparison.Ordinal)
            && line.Contains("passed", StringComparison.Ordinal)));
        Assert.DoesNotContain("failed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_writes_the_same_weights_as_safetensors()
    {
        string source = Path.Combine(Reference.Root, "models", "cifar10", "noise_0.25.safetensors");
        await Done("experts", "convert", source, "-o", "copy.safetensors");
        Assert.Equal(CheckpointFile.Read(source).Tensors.Keys.Order(),
            CheckpointFile.Read(_shell.In("copy.safetensors")).Tensors.Keys.Order());
        Assert.Contains("text.pth", await Refused("experts", "convert", _shell.Write("text.pth", "no weights"), "-o",
            "other.safetensors"), StringComparison.Ordinal);
        await Refused("experts", "convert", "nowhere.pth", "-o", "other.safetensors");
        Assert.False(File.Exists(_shell.In("other.safetensors")));
    }

    [Fact]
    public async Task Predict_and_route_answer_for_every_picture()
    {
        string[] pictures = [_shell.Picture, _shell.In("pictures", "class1", "01-rgb16.png")];
        string predicted = await Done(
            ["predict", .. pictures, "--n", "40", "--alpha", "0.05", "--seed", "1", .. Shell.Fast]);
        string routed = await Done(
            ["route", .. pictures, "--n", "40", "--alpha", "0.05", "--seed", "1", .. Shell.Fast]);
        foreach (string picture in pictures)
        {
            Assert.Contains(picture, predicted, StringComparison.Ordinal);
            Assert.Contains(picture, routed, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("s012,nobody",
        "--mix s012,nobody: there is no expert 'nobody' in the mix: accepted are some of s012, s025, s050, s100")]
    [InlineData("s012,S012", "the mix names s012 2 times")]
    [InlineData(",", "a mix of no experts answers nothing")]
    public async Task A_mix_that_is_none_is_refused(string mix, string message) => Assert.Contains(
        message, await Refused(["predict", _shell.Picture, "--n", "40", "--mix", mix, .. Shell.Fast]),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_mix_is_asked_alone_and_excludes_a_single_expert()
    {
        string[] sampling = ["--n", "40", "--alpha", "0.05", "--seed", "1", .. Shell.Fast];
        string routed = await Done(["route", _shell.Picture, "--mix", "s100,s025", .. sampling]);
        Assert.Contains("s025", routed, StringComparison.Ordinal);
        Assert.DoesNotContain("s050", routed, StringComparison.Ordinal);
        Assert.Contains("s100", await Done(["certify", _shell.Picture, "--mix", "s100", "--n0", "10", .. sampling]),
            StringComparison.Ordinal);
        await Done(
            ["certify", _shell.Picture, "--mix", "s100,s025", "--n0", "10", "--records", "mix.json", .. sampling]);
        Assert.Contains("arithmetic holds", await Done("verify", "mix.json"), StringComparison.Ordinal);
        Assert.Contains("votes agree", await Done(["replay", "mix.json", "--image", _shell.Picture, .. Shell.Fast]),
            StringComparison.Ordinal);
        Assert.Contains("every image goes to s100",
            await Refused(["route", _shell.Picture, "--mix", "s100", .. sampling]), StringComparison.Ordinal);
        Assert.Contains("accepted is one of the two", await Refused(["predict", _shell.Picture, "--mix", "s100,s025",
            "--expert", "s100", .. sampling]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cascade_predicts_and_certifies()
    {
        _shell.Write("cascade.yaml", Reference.RoutedRegistry
            .Replace("routing: { kind: quantile, tau: 0.8 }",
                "routing: { kind: cascade, order: [s100, s025], thresholds: [0.99] }", StringComparison.Ordinal));
        string[] sampling = ["-r", "cascade.yaml", "--n", "60", "--alpha", "0.05", "--seed", "1", .. Shell.Fast];
        Assert.Contains(_shell.Picture, await Done(["predict", _shell.Picture, .. sampling]), StringComparison.Ordinal);
        Assert.Contains("s025", await Done(["certify", _shell.Picture, "--n0", "20", .. sampling]),
            StringComparison.Ordinal);
        Outcome routed = await _shell.RunAsync(["route", _shell.Picture, .. sampling]);
        Assert.Equal(ExitCode.BadInput, routed.Code);
        Assert.Contains("nothing is routed", routed.Error, StringComparison.Ordinal);
        await Done(["certify", _shell.Picture, "--n0", "20", "--records", "record.json", .. sampling]);
        Assert.Contains("arithmetic holds", await Done("verify", "record.json"), StringComparison.Ordinal);
        Assert.Contains("votes agree", await Done(["replay", "record.json", "--image", _shell.Picture, "-r",
            "cascade.yaml", .. Shell.Fast]), StringComparison.Ordinal);
        await Done(["certify", _shell.Picture, "--n0", "20", "--resolution", "0.2", "--records", "grown.json",
            .. sampling]);
        Assert.Contains("betaMixture", File.ReadAllText(_shell.In("grown.json")), StringComparison.Ordinal);
        Assert.Contains("arithmetic holds", await Done("verify", "grown.json"), StringComparison.Ordinal);
        await Done(["certify", _shell.In("pictures"), "-o", "log.tsv", "--max", "1", "--n0", "20", .. sampling]);
        Assert.Contains("cascade 0.99", File.ReadAllText(_shell.In("log.tsv.counts.tsv")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text.png", "no picture")]
    [InlineData("nowhere.png", null)]
    public async Task A_file_that_is_no_picture_is_refused_by_name(string name, string? text)
    {
        if (text is not null) _shell.Write(name, text);
        Assert.Contains(name, await Refused(["predict", name, "--expert", "s100", .. Shell.Fast]),
            StringComparison.Ordinal);
    }

    // A unanimous vote of n has p-value 2^(1−n): 10 cannot decide at .001, 11 can; two tests share α, and then it takes
    // 12.
    [Theory]
    [InlineData("10", true, "accepted is n ≥ 11")]
    [InlineData("11", false, "accepted is n ≥ 12")]
    public async Task A_prediction_that_could_decide_nothing_is_refused(string n, bool alone, string message)
    {
        string[] expert = alone ? ["--expert", "s100"] : [];
        Assert.Contains(message, await Refused(["predict", _shell.Picture, "--n", n, .. expert, .. Shell.Fast]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_info_says_what_is_missing_and_how_to_get_it()
    {
        string output = await Done("data", "info");
        Assert.Contains("cifar10", output, StringComparison.Ordinal);
        Assert.Contains("unpack it to", output, StringComparison.Ordinal);
    }
}
