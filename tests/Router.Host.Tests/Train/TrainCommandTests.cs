using Router.Experts.Checkpoints;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Tests.Cli;

namespace Router.Host.Tests.Train;

public sealed class TrainCommandTests : IDisposable
{
    private static readonly string[] Small = [
        "--architecture", "cifar_resnet8", "--epochs", "1", "--batch", "32", "--precision", "float32"];

    private readonly Shell _shell = new();

    public TrainCommandTests()
    {
        FakeCifar.Write(_shell.Folder);
        _shell.Variables["DUALRS_DATA"] = _shell.Folder;
    }

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Experts_and_a_router_that_then_grows_are_trained_and_what_is_printed_serves_them()
    {
        foreach ((string id, string sigma) in ((string, string)[])[("small", "0.25"), ("large", "1.0")])
            await Done(["train", "expert", "cifar10", "--sigma", sigma, "--id", id, "-o", $"{id}.safetensors",
                "--images", "64", .. Small]);
        string logs = string.Join(
            '\n', Enumerable.Range(0, 64).Select(i => $"{i}\t{i % 10}\t{i % 10}\t{(i % 2 == 0 ? "0.5" : "0.1")}"));
        _shell.Write("small.tsv", $"idx\tlabel\tpredict\tradius\n{logs}\n");
        _shell.Write("large.tsv",
            $"idx\tlabel\tpredict\tradius\n{logs.Replace("0.1", "1.5", StringComparison.Ordinal)}\n");
        await Done("train", "targets", "cifar10", "--logs", "small@0.25=small.tsv", "large@1.0=large.tsv",
            "middle@0.5=small.tsv", "-o", "targets.tsv");

        string[] common = ["train", "router", "cifar10", "--targets", "targets.tsv", "--id", "router", .. Small];
        Outcome router = await Done(
            [.. common, "--mix", "small", "large", "--init", "large.safetensors", "-o", "router.safetensors"]);
        Assert.Equal("small,large", CheckpointFile.Read(_shell.In("router.safetensors")).Metadata["routes"]);
        Outcome grown = await Done(
            [.. common, "--add-expert", "--init", "router.safetensors", "-o", "grown.safetensors", "--hold-out", "16"]);
        Assert.Equal("small,middle,large", CheckpointFile.Read(_shell.In("grown.safetensors")).Metadata["routes"]);
        Assert.Contains("held out", grown.Error, StringComparison.Ordinal);

        Outcome expert = await Done(["train", "expert", "cifar10", "--sigma", "0.5", "--id", "middle", "-o",
            "middle.safetensors", "--images", "64", .. Small]);
        Assert.Contains("- { id: middle, sigma: 0.5, architecture: cifar_resnet8, checkpoint: middle.safetensors, "
            + "input: standardize", expert.Out, StringComparison.Ordinal);
        Assert.Contains("router: { id: router, sigma: 1.0, ", router.Out, StringComparison.Ordinal);
        Assert.Contains(", routes: [small, large] }", router.Out, StringComparison.Ordinal);
        RegistryReading reading = RegistryReader.Read(_shell.Write("experts.yaml", $$"""
            dataset: cifar10
            {{grown.Out[grown.Out.IndexOf("router: {", StringComparison.Ordinal)..].Trim()}}
            experts:
              - { id: small, sigma: 0.25, architecture: cifar_resnet8, checkpoint: small.safetensors,
                  input: standardize }
              {{expert.Out[expert.Out.IndexOf("- {", StringComparison.Ordinal)..].Trim()}}
              - { id: large, sigma: 1.0, architecture: cifar_resnet8, checkpoint: large.safetensors,
                  input: standardize }
            """));
        Assert.Empty(reading.Faults);
        await Done("predict", _shell.Picture, "-r", "experts.yaml", "--n", "20", "--threads", "1");
    }

    [Fact]
    public async Task One_network_for_several_sigmas_is_printed_as_an_expert_for_each_with_a_card_of_its_own()
    {
        Outcome trained = await Done(["train", "expert", "cifar10", "--sigmas", "0.12", "0.50", "--id", "one", "-o",
            "one.safetensors", "--images", "64", .. Small[2..], "--architecture", "cifar_resnet8_sigma"]);
        string entries = trained.Out[trained.Out.IndexOf("- {", StringComparison.Ordinal)..];
        foreach (string sigma in (string[])["0.12", "0.50"])
            Assert.Contains($"- {{ id: one-{sigma}, sigma: {sigma}, architecture: cifar_resnet8_sigma, checkpoint: "
                + $"one.safetensors, input: standardize, card: one.{sigma}.card.yaml, sha256: ", entries,
                StringComparison.Ordinal);
        _shell.Write("experts.yaml", $"dataset: cifar10\nrouting: {{ kind: cascade }}\nexperts:\n{entries}");
        Outcome verified = await Done("experts", "verify", "-r", "experts.yaml", "--threads", "1");
        Assert.Equal(2, verified.Out.Split('\n').Count(line => line.Contains("patterns", StringComparison.Ordinal)
            && line.Contains("passed", StringComparison.Ordinal)));
        _shell.Write("swapped.yaml", $"dataset: cifar10\nrouting: {{ kind: cascade }}\nexperts:\n"
            + entries.Replace("card: one.0.12", "card: one.0.50", StringComparison.Ordinal));
        Outcome swapped = await Done("experts", "verify", "-r", "swapped.yaml", "--threads", "1");
        Assert.Contains("skipped", swapped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expert_is_trained_for_a_mix_by_consistency_alone_and_on_images_that_have_targets()
    {
        string rows = string.Join('\n', Enumerable.Range(0, 32).Select(i => $"{i}\t{i % 10}\t{i % 10}\t0.1"));
        _shell.Write("log.tsv", $"idx\tlabel\tpredict\tradius\n{rows}\n");
        await Done("train", "targets", "cifar10", "--logs", "small@0.25=log.tsv", "large@1.0=log.tsv", "-o",
            "targets.tsv");
        string[] arguments = ["train", "expert", "cifar10", "--sigma", "1.0", "--id", "e", "-o", "e.safetensors",
            "--for-mix", "targets.tsv", .. Small];
        Outcome plain = await _shell.RunAsync([.. arguments, "--images", "32"]);
        Assert.Equal(ExitCode.BadInput, plain.Code);
        Assert.Contains("accepted with --consistency", plain.Error, StringComparison.Ordinal);
        Outcome more = await _shell.RunAsync([.. arguments, "--consistency", "5", "--images", "64"]);
        Assert.Equal(ExitCode.BadInput, more.Code);
        Assert.Contains("image 32 of ", more.Error, StringComparison.Ordinal);
        await Done([.. arguments, "--consistency", "5", "--images", "32"]);
        Assert.Contains("for the mix with κ = 0.15, β = 0.85",
            await File.ReadAllTextAsync(_shell.In("e.card.yaml"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_training_is_already_it_says_resume_and_where_there_is_none_it_starts()
    {
        string[] arguments = ["train", "expert", "cifar10", "--sigma", "0.25", "--id", "e", "-o", "e.safetensors",
            "--images", "32", .. Small];
        await Done([.. arguments, "--resume"]);
        Outcome again = await _shell.RunAsync(arguments);
        Assert.Equal(ExitCode.BadInput, again.Code);
        Assert.Contains("e.training holds a training already: take it up with --resume", again.Error,
            StringComparison.Ordinal);
        Outcome other = await _shell.RunAsync([.. arguments, "--resume", "--seed", "1"]);
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("is a training under other terms", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_is_taken_up_writes_over_its_own_weights_and_over_no_others()
    {
        string[] arguments = ["train", "expert", "cifar10", "--sigma", "0.25", "--id", "e", "--images", "32",
            "--run", "run", "--resume", .. Small];
        await Done([.. arguments, "-o", "e.safetensors"]);
        byte[] own = File.ReadAllBytes(_shell.In("e.safetensors"));
        await Done([.. arguments, "-o", "e.safetensors"]);
        Assert.Equal(own, File.ReadAllBytes(_shell.In("e.safetensors")));
        await Done(["train", "expert", "cifar10", "--sigma", "0.5", "--id", "f", "--images", "32",
            "-o", "f.safetensors", .. Small]);
        _shell.Write("text.safetensors", "mine");
        foreach (string other in (string[])["f.safetensors", "text.safetensors"])
        {
            byte[] before = File.ReadAllBytes(_shell.In(other));
            Outcome outcome = await _shell.RunAsync([.. arguments, "-o", other]);
            Assert.Equal(ExitCode.BadInput, outcome.Code);
            Assert.Contains($"{other} exists: choose another file, or remove it", outcome.Error,
                StringComparison.Ordinal);
            Assert.Equal(before, File.ReadAllBytes(_shell.In(other)));
        }
    }

    [Fact]
    public async Task A_model_card_of_something_else_is_not_written_over()
    {
        string[] arguments = ["train", "expert", "cifar10", "--id", "e", "-o", "e.safetensors", "--images", "32"];
        foreach ((string card, string[] noise) in ((string, string[])[])
            [("e.card.yaml", ["--sigma", "0.25"]), ("e.0.50.card.yaml", ["--sigmas", "0.25", "0.50"])])
        {
            _shell.Write(card, "mine");
            Outcome outcome = await _shell.RunAsync([.. arguments, .. noise, .. Small]);
            Assert.Equal(ExitCode.BadInput, outcome.Code);
            Assert.Contains($"{card} exists: choose another file, or remove it", outcome.Error,
                StringComparison.Ordinal);
            Assert.Equal("mine", File.ReadAllText(_shell.In(card)));
            Assert.False(File.Exists(_shell.In("e.safetensors")));
        }
    }

    [Theory]
    [InlineData("train", "expert", "cifar10", "--sigma", "0.25", "--id", "e")]
    [InlineData("train", "router", "cifar10", "--targets", "log.tsv", "--id", "e")]
    [InlineData("experts", "import", "log.tsv", "--sigma", "0.25", "--id", "e", "--input", "none")]
    [InlineData("experts", "convert", "log.tsv")]
    public async Task Weights_have_their_extension_for_cards_are_named_after_them(params string[] arguments)
    {
        _shell.Write("log.tsv", "");
        Outcome outcome = await _shell.RunAsync([.. arguments, "-o", "noise_0.25"]);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains("--out is 'noise_0.25': accepted are names that end in .safetensors", outcome.Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unknown data set 'pictures'", "pictures")]
    [InlineData("--hold-out 50000 leaves no image", "cifar10", "--hold-out", "50000")]
    [InlineData("--lr is 0", "cifar10", "--lr", "0")]
    [InlineData("--lr is -1", "cifar10", "--lr", "-1")]
    [InlineData("--weight-decay is -1", "cifar10", "--weight-decay", "-1")]
    [InlineData("--rise is 1", "cifar10", "--rise", "1")]
    [InlineData("--gamma is 0", "cifar10", "--gamma", "0")]
    [InlineData("give one with --init", "cifar10", "--images", "4", "--freeze-trunk")]
    [InlineData("accepted is one of them", "cifar10", "--consistency", "5", "--adversarial", "0.5")]
    [InlineData("--consistency 5 does nothing with --copies 1", "cifar10", "--consistency", "5", "--copies", "1")]
    [InlineData("of another network than cifar_resnet26", "cifar10", "--init", "expert.safetensors", "--architecture",
        "cifar_resnet26", "--images", "4")]
    [InlineData("the loss is", "cifar10", "--images", "32", "--batch", "8", "--architecture", "cifar_resnet8", "--lr",
        "1e30", "--schedule", "constant")]
    public async Task What_cannot_be_is_refused_in_one_message(string problem, params string[] arguments)
    {
        File.Copy(Path.Combine(global::Tests.Reference.Root, "models", "cifar10", "noise_0.25.safetensors"),
            _shell.In("expert.safetensors"));
        Outcome outcome = await _shell.RunAsync(
            ["train", "expert", .. arguments, "--sigma", "0.25", "--id", "e", "-o", "e.safetensors"]);
        Assert.True(outcome.Code == ExitCode.BadInput, outcome.Error);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_shell.In("e.safetensors")));
    }

    [Fact]
    public async Task A_router_says_which_options_do_not_go_together()
    {
        _shell.Write("log.tsv", "idx\tlabel\tpredict\tradius\n0\t0\t0\t0.5\n1\t1\t1\t0.5\n");
        await Done("train", "targets", "cifar10", "--logs", "a@0.25=log.tsv", "b@1.0=log.tsv", "-o", "targets.tsv");
        foreach ((string problem, string[] arguments) in ((string, string[])[])
            [
                ("--add-expert needs --init", ["--add-expert"]),
                ("--consistency 5 does nothing with --copies 1", ["--consistency", "5", "--copies", "1"]),
                ("--weights has 1 numbers for 2 radii (0 0.5)", ["--radii", "0", "0.5", "--weights", "1"]),
                ("there are no targets of 'c'", ["--mix", "a", "c"]),
            ])
        {
            Outcome outcome = await _shell.RunAsync(["train", "router", "cifar10", "--targets", "targets.tsv", "--id",
                "r", "-o", "r.safetensors", .. arguments]);
            Assert.Equal(ExitCode.BadInput, outcome.Code);
            Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Targets_of_test_images_teach_no_router_about_training_images()
    {
        _shell.Write("log.tsv", "idx\tlabel\tpredict\tradius\n0\t0\t0\t0.5\n1\t0\t0\t0.5\n");
        string[] targets = ["train", "targets", "cifar10", "--logs", "a@0.25=log.tsv", "b@1.0=log.tsv"];
        string[] router = ["train", "router", "cifar10", "--id", "r", "-o", "r.safetensors", .. Small];
        await Done([.. targets, "--split", "test", "-o", "test.tsv"]);
        Outcome other = await _shell.RunAsync([.. router, "--targets", "test.tsv"]);
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("the targets are about cifar10 test, and cifar10 train is learned", other.Error,
            StringComparison.Ordinal);
        // A table that says train and means test is known by its labels.
        await Done([.. targets, "-o", "train.tsv"]);
        Outcome labels = await _shell.RunAsync([.. router, "--targets", "train.tsv"]);
        Assert.Equal(ExitCode.BadInput, labels.Code);
        Assert.Contains("image 1 of cifar10 train has label 1, but 0 in the targets", labels.Error,
            StringComparison.Ordinal);
    }

    private async Task<Outcome> Done(params string[] arguments)
    {
        Outcome outcome = await _shell.RunAsync(arguments);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        return outcome;
    }
}
