using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>
/// What is typed wrong is told before a network loads, a training starts or a file is written: in sentences that say
/// what was wrong and what would be right, without a stack trace. The networks of the registry used here cannot be
/// loaded at all: whatever gets so far says something else.
/// </summary>
public sealed class MisuseTests : IDisposable
{
    private static readonly string Weights =
        Path.Combine(Reference.Root, "models", "shapes10", "noise_0.50.safetensors");

    private static readonly string[] Import =
        ["experts", "import", "w.safetensors", "--input", "none", "--dataset", "shapes10"];

    private static readonly string[] Train = ["train", "expert", "shapes10", "--images", "32"];

    private readonly Shell _shell = new();

    public MisuseTests()
    {
        File.Copy(Weights, _shell.In("w.safetensors"));
        foreach (string folder in (string[])["folder", "folder.safetensors"])
            Directory.CreateDirectory(_shell.In(folder));
        _shell.Write("text", "no such thing");
        _shell.Write("broken.safetensors", "no weights");
        _shell.Write("experts.yaml", """
            dataset: shapes10
            router: { checkpoint: broken.safetensors, architecture: cifar_resnet20, sigma: 1.0, input: none,
              routes: [s025, s050] }
            experts:
              - { id: s025, sigma: 0.25, architecture: cifar_resnet20, checkpoint: broken.safetensors, input: none }
              - { id: s050, sigma: 0.50, architecture: cifar_resnet20, checkpoint: broken.safetensors, input: none }
            """);
        _shell.Write("cascade.yaml", """
            dataset: shapes10
            experts:
              - { id: s025, sigma: 0.25, architecture: cifar_resnet20, checkpoint: broken.safetensors, input: none }
              - { id: s050, sigma: 0.50, architecture: cifar_resnet20, checkpoint: broken.safetensors, input: none }
            routing: { kind: cascade }
            """);
    }

    public void Dispose() => _shell.Dispose();

    private async Task<string> Refused(params string[] arguments)
    {
        string[] before = Files();
        Outcome outcome = await _shell.RunAsync(arguments);
        Assert.True(outcome.Code == ExitCode.BadInput, outcome.Error);
        Assert.Equal("", outcome.Out);
        Assert.StartsWith("dualrs: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("broken.safetensors", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, Files());
        return outcome.Error;
    }

    private string[] Files() =>
        [.. Directory.GetFileSystemEntries(_shell.Folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("there is no command 'expert'; did you mean 'experts'?", "expert")]
    [InlineData("there is no command 'imprt'; did you mean 'import'? One of list, verify, import, convert", "experts",
        "imprt", "a.pth", "-o", "a.safetensors")]
    [InlineData("there is no option --skp; did you mean --skip?", "certify", "shapes10", "--skp", "20")]
    [InlineData("there is no option --tvs; did you mean --tsv?", "tradeoff", "--tvs", "x", "text")]
    [InlineData("there is no option --exprt; did you mean --expert?", "predict", "x.png", "--exprt", "s")]
    [InlineData("there is no option --expert", "route", "x.png", "--expert", "s025")]
    [InlineData("there is no option --key-of", "verify", "text", "--key-of=me")]
    [InlineData("there is no option -q", "verify", "text", "-q")]
    [InlineData("certify takes no 'b.png' here", "certify", "a.png", "b.png")]
    [InlineData("--seed is 'x': accepted are whole numbers from 0", "demo", "--seed", "x")]
    [InlineData("--log is 'xml': accepted are text, json", "serve", "--log", "xml")]
    [InlineData("--split is 'validation': accepted are train, test", "certify", "shapes10", "--split", "validation")]
    [InlineData("Option '--expert' is required", "bench", "votes")]
    public async Task What_no_command_takes_is_told_with_what_was_probably_meant(
        string problem, params string[] arguments)
    {
        string error = await Refused(arguments);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.Contains("see dualrs ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_fault_of_a_command_line_is_told_at_once()
    {
        string error = await Refused(
            "certify", "shapes10", "--skp", "20", "--n", "0", "--alpha", "x", "--split", "all");
        foreach (string fault in (string[])["--skp", "--n is 0", "--alpha is 'x'", "--split is 'all'"])
            Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_after_two_dashes_is_a_file_whatever_it_looks_like() =>
        Assert.Contains("there is no record --json", await Refused("verify", "--", "--json"), StringComparison.Ordinal);

    [Theory]
    [InlineData()]
    [InlineData("experts")]
    [InlineData("train")]
    [InlineData("data")]
    [InlineData("bench")]
    public async Task Without_a_command_its_help_is_printed(params string[] group)
    {
        Outcome outcome = await _shell.RunAsync(group);
        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Contains("Usage:", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("Commands:", outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sigma is 25: accepted are numbers above 0, at most 3.5", "--sigma", "25")]
    [InlineData("--id is 'a b': accepted are letters, digits and . _ -", "--id", "a b")]
    [InlineData("--id is 'dualrs': accepted are letters", "--id", "dualrs")]
    [InlineData("--architecture is 'cifar_resnet21': accepted are cifar_resnetD", "--architecture", "cifar_resnet21")]
    [InlineData("--routes is 'a,b': accepted are letters", "--routes", "a,b")]
    [InlineData("unknown data set 'shapes11'", "--dataset", "shapes11")]
    [InlineData("folder.safetensors is a folder: expected a file to write", "-o", "folder.safetensors")]
    [InlineData("nowhere/x.safetensors cannot be written: there is no folder ", "-o", "nowhere/x.safetensors")]
    [InlineData("text/x.safetensors cannot be written: ", "-o", "text/x.safetensors")]
    [InlineData("w.safetensors is named twice, and would be written", "-o", "w.safetensors")]
    [InlineData("text exists: choose another file", "--card", "text")]
    [InlineData("folder is a folder: expected a file to write", "--card", "folder")]
    [InlineData("there is no reference nowhere.json", "--reference", "nowhere.json")]
    public async Task An_import_that_cannot_be_is_refused(string problem, params string[] changed)
    {
        Dictionary<string, string> options = new()
        {
            ["--sigma"] = "0.5", ["--id"] = "e", ["-o"] = "e.safetensors", [changed[0]] = changed[1],
        };
        string[] import = [.. Import.Where((_, i) => changed[0] != "--dataset" || i < Import.Length - 2)];
        Assert.Contains(problem,
            await Refused([.. import, .. options.SelectMany(option => new[] { option.Key, option.Value })]),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_overwrites_neither_weights_nor_card()
    {
        string[] import = [.. Import, "--sigma", "0.5", "--id", "e", "-o", "e.safetensors"];
        import[4] = "standardize";
        foreach (string file in (string[])["e.safetensors.new", "e.card.yaml.new"]) _shell.Write(file, "mine");
        Outcome first = await _shell.RunAsync(import);
        Assert.True(first.Code == ExitCode.Done, first.Error);
        foreach (string file in (string[])["e.safetensors.new", "e.card.yaml.new"])
            Assert.Equal("mine", File.ReadAllText(_shell.In(file)));
        byte[] weights = File.ReadAllBytes(_shell.In("e.safetensors"));
        Assert.Contains("e.safetensors exists: choose another file", await Refused(import), StringComparison.Ordinal);
        Assert.Equal(weights, File.ReadAllBytes(_shell.In("e.safetensors")));
        string[] another = [.. import, "--card", "other.card.yaml"];
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync(another)).Code);
        Assert.Equal(weights, File.ReadAllBytes(_shell.In("e.safetensors")));
        File.Copy(Weights, _shell.In("e.safetensors"), overwrite: true);
        File.Delete(_shell.In("other.card.yaml"));
        Assert.Contains("e.safetensors exists: choose another file", await Refused(another), StringComparison.Ordinal);
        File.Delete(_shell.In("e.safetensors"));
        Assert.Contains("e.card.yaml exists: choose another file", await Refused(import), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.pth", "there is no checkpoint nowhere.pth")]
    [InlineData("folder", "folder is a folder: expected a checkpoint")]
    public async Task A_checkpoint_that_is_none_is_refused(string checkpoint, string problem)
    {
        Assert.Contains(problem, await Refused("experts", "convert", checkpoint, "-o", "c.safetensors"),
            StringComparison.Ordinal);
        Assert.Contains(problem, await Refused("experts", "import", checkpoint, "-o", "c.safetensors", "--id", "c",
            "--sigma", "0.5", "--input", "none"), StringComparison.Ordinal);
        Assert.Contains("exists: choose another", await Refused(
            "experts", "convert", "w.safetensors", "-o", "w.safetensors"), StringComparison.Ordinal);
        Assert.Contains("--architecture is 'vgg'", await Refused(
            "experts", "convert", "w.safetensors", "-o", "c.safetensors", "--architecture", "vgg"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--sigma is 99: accepted are numbers above 0, at most 3.5", "--sigma", "99")]
    [InlineData("--sigmas is 99: accepted are numbers above 0, at most 3.5", "--sigmas", "99")]
    [InlineData("--architecture is 'cifar_resnet21': accepted are", "--architecture", "cifar_resnet21")]
    [InlineData("--architecture is 'resnet50': accepted are", "--architecture", "resnet50")]
    [InlineData("--id is 'a b': accepted are letters", "--id", "a b")]
    [InlineData("--device is 'gpu': accepted are cpu, and cuda:N", "--device", "gpu")]
    [InlineData("--device cuda:99: this machine has ", "--device", "cuda:99")]
    [InlineData("folder.safetensors is a folder: expected a file to write", "-o", "folder.safetensors")]
    [InlineData("text is a file: expected a folder", "--run", "text")]
    [InlineData("w.safetensors exists: choose another file", "-o", "w.safetensors")]
    [InlineData("there is no checkpoint nowhere.pth", "--init", "nowhere.pth")]
    [InlineData("--consistency is NaN: accepted are numbers from 0", "--consistency", "nan")]
    [InlineData("--adversarial is 0: accepted are numbers above 0", "--adversarial", "0")]
    [InlineData("--milestones is 0: accepted are whole numbers from 1", "--milestones", "0")]
    [InlineData("there is no table of targets nowhere.tsv", "--for-mix", "nowhere.tsv")]
    public async Task A_training_that_cannot_be_is_refused_before_it_starts(string problem, params string[] changed)
    {
        Dictionary<string, string> options = new()
        {
            ["--sigma"] = "0.5", ["--id"] = "e", ["-o"] = "e.safetensors", [changed[0]] = changed[1],
        };
        Assert.Contains(problem,
            await Refused([.. Train, .. options.SelectMany(option => new[] { option.Key, option.Value })]),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--resume")]
    public async Task Weights_of_another_training_are_not_written_over_whatever_folder_is_named(params string[] more) =>
        Assert.Contains("w.safetensors exists: choose another file", await Refused([.. Train, "--sigma", "0.5", "--id",
            "e", "-o", "w.safetensors", "--run", "folder", .. more]), StringComparison.Ordinal);

    [Fact]
    public async Task A_dual_training_writes_over_nothing_that_it_did_not_write()
    {
        string mine = Path.Combine("folder", "experts.yaml");
        File.Copy(_shell.In("experts.yaml"), _shell.In(mine));
        File.Copy(_shell.In("broken.safetensors"), _shell.In("folder", "broken.safetensors"));
        Assert.Contains("folder cannot be the output: it holds other files", await Refused(
            "train", "dual", "shapes10", "-o", "folder"), StringComparison.Ordinal);
        _shell.Write(mine, "# written by dualrs train dual\n" + File.ReadAllText(_shell.In(mine)));
        Assert.Contains("folder cannot be the output: router, which the training starts from, lies in it",
            await Refused("train", "dual", "shapes10", "-r", mine, "-o", "folder"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--router-architecture is 'cifar_resnet21': accepted", "--router-architecture", "cifar_resnet21")]
    [InlineData("--router-temperature is 0: accepted", "--router-temperature", "0")]
    [InlineData("--score-radii is -1: accepted", "--score-radii", "-1")]
    [InlineData("text is a file: expected a folder", "--run", "text")]
    [InlineData("--run out is in --out, which holds the finished system alone", "--run", "out")]
    [InlineData("--run out/rounds is in --out", "--run", "out/rounds")]
    public async Task A_dual_training_that_cannot_be_is_refused_before_it_starts(
        string problem, params string[] more) =>
        Assert.Contains(problem, await Refused(["train", "dual", "shapes10", "-o", "out", .. more]),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--out is missing", "certify", "shapes10")]
    [InlineData("--out is missing", "certify", "shapes10", "--all")]
    [InlineData("folder is a folder: expected a file to write", "certify", "shapes10", "-o", "folder")]
    [InlineData("text exists: continue it with --resume", "certify", "shapes10", "-o", "text")]
    [InlineData("--radii x: expected FROM:STEP:TO", "certify", "shapes10", "-o", "x.tsv", "--radii", "x")]
    [InlineData("text is a file: expected a folder", "certify", "shapes10", "--all", "-o", "text")]
    [InlineData("folder is a folder: expected a file to write", "certify", "shapes10", "-o", "x", "--records",
        "folder")]
    [InlineData("folder is a folder", "certify", "shapes10", "-o", "x", "--records", "r", "--sign", "folder")]
    [InlineData("'shapes11' is neither a data set nor a folder: did you mean 'shapes10'?", "certify", "shapes11", "-o",
        "x.tsv")]
    [InlineData("'shapes11' is neither a data set nor a folder", "certify", "shapes11", "--all", "-o", "x")]
    [InlineData("--expert s25: there is no such expert in ", "certify", "shapes10", "-o", "x.tsv", "--expert", "s25")]
    [InlineData("did you mean 's025'? One of s025, s050", "certify", "shapes10", "-o", "x.tsv", "--expert", "s25")]
    [InlineData("--mix s25: there is no expert 's25' in the mix", "certify", "shapes10", "-o", "x", "--mix", "s25")]
    [InlineData("text: not a PNG or", "certify", "text")]
    [InlineData("--expert s25: there is no such expert", "predict", "pictures/class0/00-rgb.png", "--expert", "s25")]
    [InlineData("there is no image nowhere.png", "predict", "nowhere.png")]
    [InlineData("folder is a folder: expected an image", "predict", "folder")]
    [InlineData("there is no image nowhere.png", "route", "nowhere.png")]
    [InlineData("every image goes to s025", "route", "nowhere.png", "--mix", "s025")]
    [InlineData("--mix s25: there is no expert", "demo", "--mix", "s25", "-r", "experts.yaml")]
    [InlineData("--network s25: there is no such network", "votes", "shapes10", "-o", "v", "--network", "s25")]
    [InlineData("text is a file: expected a folder", "votes", "shapes10", "-o", "text")]
    [InlineData("'shapes11' is neither a data set nor a folder", "votes", "shapes11", "-o", "v")]
    [InlineData("--expert s25: there is no such expert", "train", "targets", "shapes10", "-o", "t", "--expert", "s25")]
    [InlineData("folder is a folder: expected a file to write", "train", "targets", "shapes10", "-o", "folder")]
    [InlineData("'shapes11' is neither a data set nor a folder", "train", "targets", "shapes11", "-o", "t.tsv")]
    [InlineData("folder is a folder: expected a table of targets", "train", "router", "shapes10", "--targets", "folder",
        "--id", "r", "-o", "r.safetensors")]
    [InlineData("there is no log nowhere.tsv", "attack", "shapes10", "--log", "nowhere.tsv", "-o", "a.tsv")]
    [InlineData("folder is a folder: expected a log", "attack", "shapes10", "--log", "folder", "-o", "a.tsv")]
    [InlineData("folder is a folder: expected a file to write", "attack", "shapes10", "--log", "text", "-o", "folder")]
    [InlineData("--times is 0: accepted are numbers above 0", "attack", "shapes10", "--log", "text", "-o", "a",
        "--times", "0")]
    [InlineData("'shapes11' is neither a data set nor a folder", "replay", "text", "--data", "shapes11")]
    [InlineData("folder is a folder: expected an image", "replay", "text", "--image", "folder")]
    [InlineData("folder is a folder: expected a record", "replay", "folder", "--data", "shapes10")]
    [InlineData("--expert s25: there is no such expert", "bench", "votes", "--expert", "s25")]
    [InlineData("n = 5 samples can decide nothing at α = 0.0005", "predict", "pictures/class0/00-rgb.png", "--n", "5")]
    [InlineData("n = 5 samples can decide nothing at α = 0.001", "route", "pictures/class0/00-rgb.png", "--n", "5")]
    [InlineData("n = 5 samples can prove nothing at α", "certify", "shapes10", "-o", "x.tsv", "--n", "5")]
    [InlineData("n = 5 samples can prove nothing at α", "demo", "--n", "5")]
    [InlineData("n = 5 samples can prove nothing at α", "certify", "shapes10", "--all", "-o", "x", "--n", "5")]
    [InlineData("--certificate dual is about experts behind a router", "certify", "shapes10", "-o", "x.tsv",
        "--certificate", "dual", "-r", "cascade.yaml")]
    [InlineData("text: not a record: line 1", "replay", "text", "--data", "shapes10")]
    public async Task What_cannot_be_certified_is_refused_before_a_network_loads(
        string problem, params string[] arguments) =>
        Assert.Contains(problem, await Refused(arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("folder is a folder: expected a registry", "certify", "shapes10", "-o", "x.tsv", "-r", "folder")]
    [InlineData("there is no registry nowhere.yaml", "experts", "list", "-r", "nowhere.yaml")]
    [InlineData("there is no registry nowhere.yaml", "train", "dual", "shapes10", "-o", "out", "-r", "nowhere.yaml")]
    [InlineData("there is no registry nowhere.yaml", "serve", "-r", "nowhere.yaml")]
    [InlineData("folder is a folder: expected a file of keys", "serve", "--keys", "folder")]
    [InlineData("folder is a folder: expected a document of a study", "serve", "--tradeoff", "folder")]
    [InlineData("folder is a folder: expected a certificate file", "serve", "--urls", "https://127.0.0.1:0",
        "--certificate", "folder")]
    [InlineData("folder is a folder: expected a file of a key", "status", "--key-file", "folder")]
    [InlineData("folder is a folder: expected a record", "verify", "folder")]
    [InlineData("folder is a folder: expected a regular file", "verify", "text", "--key", "folder")]
    public async Task A_folder_and_what_is_not_there_are_called_so(string problem, params string[] arguments) =>
        Assert.Contains(problem, await Refused(arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("folder is a folder: expected a file to write", "tradeoff", "text", "--tsv", "folder")]
    [InlineData("nowhere/x cannot be written: there is no folder", "tradeoff", "text", "--json", "nowhere/x")]
    [InlineData("folder is a folder: expected a file to write", "tradeoff", "text", "--html", "folder")]
    [InlineData("text is a file: expected a folder", "tradeoff", "text", "--charts", "text")]
    [InlineData("experts.yaml exists, and is not a registry that was chosen by dualrs", "tradeoff", "text", "--emit",
        "experts.yaml", "--want", "0:1")]
    [InlineData("experts.yaml exists, and is not a registry that was chosen by dualrs", "tune", "text", "-o",
        "experts.yaml")]
    [InlineData("--max-cost is 0: accepted are numbers above 0", "tradeoff", "text", "--max-cost", "0")]
    [InlineData("--concurrency is 'x': accepted are whole numbers from 1", "bench", "serve", "--concurrency", "x")]
    [InlineData("--tau is 'x': accepted are numbers above 0 and below 1", "tradeoff", "text", "--tau", "x")]
    [InlineData("--pass is 's100@.4': accepted are multiples of 0.005", "tradeoff", "text", "--pass", "s100@.4")]
    [InlineData("there is no document nowhere.json", "report", "nowhere.json", "-o", "x.html")]
    [InlineData("folder is a folder: expected a file to write", "report", "text", "-o", "folder")]
    [InlineData("there is no file or folder", "tune", "nowhere")]
    public async Task A_study_is_not_made_for_files_that_cannot_be_written(string problem, params string[] arguments) =>
        Assert.Contains(problem, await Refused(arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("--lr is '0,01': accepted are numbers above 0", "train", "expert", "--lr", "0,01")]
    [InlineData("--lr is '1,000.5': accepted are numbers above 0", "train", "expert", "--lr", "1,000.5")]
    [InlineData("--sigma is '0,25': accepted are numbers above 0", "train", "expert", "--sigma", "0,25")]
    [InlineData("--sigmas is '0.25 0,5': accepted are numbers above 0", "train", "expert", "--sigmas", "0.25", "0,5")]
    [InlineData("--budget is '0,5': accepted are numbers above 0", "attack", "--budget", "0,5")]
    [InlineData("--alpha is '0,001': accepted are numbers from", "certify", "--alpha", "0,001")]
    [InlineData("--target is '0,5': accepted are numbers above 0", "certify", "--target", "0,5")]
    [InlineData("--tau is '0,5': accepted are numbers above 0", "tradeoff", "--tau", "0,5")]
    public async Task A_comma_is_no_decimal_point_and_separates_no_thousands(
        string problem, params string[] arguments) =>
        Assert.Contains(problem, await Refused(arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("--expert does nothing with --logs", "train", "targets", "x", "-o", "t", "--logs", "a=b", "--expert",
        "e")]
    [InlineData("--n does nothing with --logs", "train", "targets", "x", "-o", "t", "--logs", "a=b", "--n", "5")]
    [InlineData("--seed does nothing with --logs", "train", "targets", "x", "-o", "t", "--logs", "a=b", "--seed", "5")]
    [InlineData("--max-cost does nothing without --want", "tradeoff", "text", "--max-cost", "9")]
    [InlineData("--split-seed does nothing without --want", "tradeoff", "text", "--split-seed", "9")]
    [InlineData("--dark does nothing without --charts", "report", "text", "-o", "x.html", "--dark")]
    [InlineData("--data does nothing without --html", "tradeoff", "text", "--data", "shapes10")]
    [InlineData("--registry does nothing without --out", "tune", "text", "-r", "experts.yaml")]
    [InlineData("--index does nothing without --data", "replay", "text", "--image", "text", "--index", "1")]
    [InlineData("--router-lr does nothing with --cascade", "train", "dual", "shapes10", "-o", "out", "--cascade",
        "--router-lr", "1")]
    [InlineData("--mix-floor does nothing without --for-mix", "train", "expert", "shapes10", "--mix-floor", "0.5")]
    [InlineData("--eta does nothing without --consistency", "train", "expert", "shapes10", "--eta", "0.5")]
    [InlineData("--warmup does nothing without --adversarial", "train", "expert", "shapes10", "--warmup", "5")]
    [InlineData("--copies does nothing without --consistency or --adversarial", "train", "expert", "shapes10",
        "--copies", "4")]
    [InlineData("--gamma does nothing without --schedule step", "train", "expert", "shapes10", "--gamma", "0.5")]
    [InlineData("--rise does nothing without --schedule onecycle", "train", "expert", "shapes10", "--rise", "0.5",
        "--schedule", "cosine")]
    [InlineData("--temperature does nothing without --loss optimal-sigma", "train", "router", "shapes10",
        "--temperature", "1")]
    [InlineData("00-rgb.png is one picture: --skip belongs to the log of a data set", "certify",
        "pictures/class0/00-rgb.png", "--skip", "5")]
    [InlineData("00-rgb.png is one picture: --radii belongs to", "certify", "pictures/class0/00-rgb.png", "--radii",
        "0:1:3")]
    public async Task What_would_do_nothing_is_refused(string problem, params string[] arguments) =>
        Assert.Contains(problem, await Refused(arguments), StringComparison.Ordinal);

    [Theory]
    [InlineData("text is named twice, and would be written", "tradeoff", "text", "--tsv", "text")]
    [InlineData("folder/../text is named twice, and would be written", "report", "folder/../text", "-o", "text")]
    [InlineData("x is named twice, and would be written", "tradeoff", "folder", "--json", "x", "--tsv", "x")]
    [InlineData("x is named twice, and would be written", "certify", "shapes10", "-o", "x", "--records", "x")]
    [InlineData("text is named twice, and would be written", "attack", "shapes10", "--log", "text", "-o", "text")]
    public async Task A_file_is_not_written_over_what_is_read(string problem, params string[] arguments) =>
        Assert.Contains(problem, await Refused(arguments), StringComparison.Ordinal);

    [Fact]
    public async Task A_file_in_a_folder_of_sources_is_not_written_over()
    {
        string log = Path.Combine("folder", "s_0.25.tsv");
        _shell.Write(log, "idx\tlabel\tpredict\tradius\tcorrect\ttime\n0\t1\t1\t0.5\t1\t0:00:01\n");
        foreach (string read in (string[])[log, log + ".counts.tsv"])
            Assert.Contains($"{read} is read: choose another file to write", await Refused(
                "tradeoff", "folder", "--tsv", read), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0:0.000000001:10")]
    [InlineData("0:0.01:10")]
    public async Task So_many_radii_are_refused(string radii) => Assert.Contains(
        $"--radii {radii}: at most 1000 radii are accepted",
        await Refused("certify", "shapes10", "-o", "x.tsv", "--radii", radii), StringComparison.Ordinal);

    [Fact]
    public async Task One_bad_file_does_not_lose_the_answers_about_the_others()
    {
        string good = Path.Combine("pictures", "class0", "00-rgb.png");
        foreach (string command in (string[])["predict", "route"])
        {
            Outcome outcome = await _shell.RunAsync([command, "text", good, "folder", "nowhere.png", "-r",
                Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"), "--n", "40", "--alpha", "0.05",
                .. Shell.Fast]);
            Assert.Equal(ExitCode.BadInput, outcome.Code);
            Assert.Contains(good, outcome.Out, StringComparison.Ordinal);
            string[] faults = ["text: not a PNG or", "folder is a folder", "there is no image nowhere.png"];
            foreach (string fault in faults)
                Assert.Contains(fault, outcome.Error, StringComparison.Ordinal);
        }
    }
}
