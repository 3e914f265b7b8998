using System.Globalization;
using Router.Evaluation.Tradeoffs;
using Router.Experts.Registry;
using Router.Host.Commands.Tradeoff;
using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Cli;

public sealed class TradeoffTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private void Log(string name, Func<int, (int Class, double Radius)> of) =>
        _shell.Write(name, "idx\tlabel\tpredict\tradius\tcorrect\ttime\n" + string.Concat(
        Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture,
            $"{i}\t1\t{of(i).Class}\t{of(i).Radius}\t{(of(i).Class == 1 ? 1 : 0)}\t0:00:01.5\n"))));

    // A router that votes for the right expert nine times of ten: counts as dualrs certify --all writes them.
    private void Counts(string name, int routes) => _shell.Write(name,
        "idx\tstage\tid\tsigma\tfunction\tseed\tstream\talpha\tselection_from\tselection_to\tselection_counts\t"
        + "selection_undecided\testimation_from\testimation_to\testimation_counts\testimation_undecided\tcertificate\t"
        + "routing\tledger\tplan\tbounds\n"
        + string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"{i}\trouter\trouter\t1.0\tabc\t7\t0\t0\t0\t100\t{Split(i % routes, 100, routes)}\t0\t100\t1100\t"
            + $"{Split(i % routes, 1000, routes)}\t0\t\t\t\tfixed\t\n")));

    private static string Split(int route, int n, int routes) =>
        string.Join(',', Enumerable.Range(0, routes)
            .Select(k => k == route ? n - n / 10 : k == (route + 1) % routes ? n / 10 : 0));

    private void TwoExperts()
    {
        Log("sigma_0.25", i => (i % 2 == 0 ? 1 : 2, 0.5));
        Log("sigma_1.00", i => (i % 2 == 1 ? 1 : 2, 1.25));
    }

    [Fact]
    public async Task Logs_become_a_table_and_files_for_papers_and_programs()
    {
        TwoExperts();
        Outcome outcome = await _shell.RunAsync("tradeoff", "sigma_0.25", "sigma_1.00", "--radii", "0:0.5:1", "--tsv",
            "all.tsv", "--markdown", "page.md", "--latex", "table.tex");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("s025+s100 oracle", outcome.Out, StringComparison.Ordinal);
        string[] tsv = File.ReadAllLines(_shell.In("all.tsv"));
        Assert.StartsWith("system\tkind\texperts\trouting\tstanding\tr0\tr0_low", tsv[0], StringComparison.Ordinal);
        Assert.StartsWith("s025\tsingle\ts025\t\tcertificate\t0.5\t", tsv[1], StringComparison.Ordinal);
        Assert.All(tsv, row => Assert.Equal(tsv[0].Split('\t').Length, row.Split('\t').Length));
        string page = File.ReadAllText(_shell.In("page.md")), latex = File.ReadAllText(_shell.In("table.tex"));
        Assert.Contains("| s025 | **.500** | **.500** | **.500** | .000 |", page, StringComparison.Ordinal);
        Assert.Contains("$\\sigma = 1.00$ & \\textbf{0.50} & \\textbf{0.50} & \\textbf{0.50} & \\textbf{0.50} \\\\",
            latex, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", page + latex, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_routers_counts_make_estimates_of_logged_experts_and_every_output_says_so()
    {
        TwoExperts();
        Counts("router.counts.tsv", 2);
        Outcome outcome = await _shell.RunAsync(
            "tradeoff", ".", "--tsv", "all.tsv", "--markdown", "page.md", "--latex", "table.tex");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Routed systems are estimates", outcome.Error, StringComparison.Ordinal);
        foreach (string output in (string[])[outcome.Out,
            .. new[] { "all.tsv", "page.md", "table.tex" }.Select(name => File.ReadAllText(_shell.In(name)))])
            Assert.Contains("estimate", output, StringComparison.Ordinal);
        string dual = File.ReadLines(_shell.In("all.tsv"))
            .Single(row => row.StartsWith("s025+s100 dual\t", StringComparison.Ordinal));
        Assert.Equal("1", dual.Split('\t')[5]); // every image goes where it is answered rightly
    }

    private void FourExperts()
    {
        Log("sigma_0.12", i => (i % 4 == 0 ? 1 : 2, 0.3));
        Log("sigma_0.25", i => (i % 4 == 1 ? 1 : 2, 0.5));
        Log("sigma_0.50", i => (i % 4 == 2 ? 1 : 2, 1.1));
        Log("sigma_1.00", i => (i % 4 == 3 ? 1 : 2, 1.25));
        Counts("router.counts.tsv", 4);
    }

    [Fact]
    public async Task Networks_that_nothing_shows_to_be_the_scored_ones_are_not_written_though_their_ids_are_the_same()
    {
        FourExperts();
        Outcome outcome = await _shell.RunAsync(
            ["tradeoff", ".", "--mix", "s050,s100", "--tau", "0.5", "--want", "0.25:1 1.0:1", "--emit", "chosen.yaml",
                .. Shell.Fast]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("--emit writes the networks that were scored, and nothing shows that ", outcome.Error,
            StringComparison.Ordinal);
        Assert.Contains("s050 is known from a log, which does not say its function id", outcome.Error,
            StringComparison.Ordinal);
        Assert.Contains("router was scored as another function than the one here", outcome.Error,
            StringComparison.Ordinal);
        Assert.False(File.Exists(_shell.In("chosen.yaml")));
    }

    [Fact]
    public async Task A_choice_is_served_by_the_registry_that_is_emitted_from_the_one_that_was_named_and_says_so()
    {
        FourExperts();
        string bundled = Path.Combine(Shell.Home, "experts.yaml");
        Outcome outcome = await _shell.RunAsync(
            ["tradeoff", ".", "--mix", "s050,s100", "--tau", "0.5", "--want", "0.25:1 1.0:1", "--emit", "chosen.yaml",
                "-r", bundled, .. Shell.Fast]);
        Assert.Equal(0, outcome.Code);
        Assert.Contains("chosen among", outcome.Out, StringComparison.Ordinal);
        RegistryReading reading = RegistryReader.Read(_shell.In("chosen.yaml"));
        Assert.Contains("s050+s100 ", outcome.Out.Split("chosen among")[1], StringComparison.Ordinal);
        Assert.Empty(reading.Faults);
        Assert.Equal(["s050", "s100"], reading.Config!.Routing.Mix);
        Assert.Equal([LoadPolicy.Lazy, LoadPolicy.Lazy, LoadPolicy.Start, LoadPolicy.Start],
            reading.Config.Experts.Select(expert => expert.Load));
        string[] head = [.. File.ReadLines(_shell.In("chosen.yaml")).TakeWhile(line => line.StartsWith('#'))];
        foreach (string said in (string[])
        [
            "taken as s050, s100 because --registry names experts.yaml, not because it is proved: each is known from a "
            + "log, which does not say its function id",
            "taken as router because --registry names experts.yaml, not because it is proved: each was scored as "
            + "another function than the one here",
            "never routed to, here because the router votes over them: s012, s025",
        ])
        {
            Assert.Contains(head, line => line.StartsWith("# " + said, StringComparison.Ordinal));
            Assert.Contains(said, outcome.Out, StringComparison.Ordinal);
        }
        Outcome certified = await _shell.RunAsync(["certify", _shell.Picture, "-r", "chosen.yaml", "--n", "40",
            "--alpha", "0.4", "--seed", "1", .. Shell.Fast]);
        Assert.Equal(0, certified.Code);
        Assert.Contains(new[] { "s050", "s100" }, id => certified.Out.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_whose_router_has_other_routes_than_the_scored_one_is_not_emitted_from()
    {
        FourExperts();
        // σ is the same in each place, the expert is not.
        Outcome outcome = await _shell.RunAsync(
            ["tradeoff", ".", "--log", "other@0.12=sigma_0.12", "--mix", "s050,s100", "--tau", "0.5", "--want",
                "0.25:1 1.0:1", "--emit", "chosen.yaml", "-r", Path.Combine(Shell.Home, "experts.yaml"),
                .. Shell.Fast]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("the router that was scored votes over other (σ = 0.12), s025 (σ = 0.25)", outcome.Error,
            StringComparison.Ordinal);
        Assert.False(File.Exists(_shell.In("chosen.yaml")));
    }

    [Fact]
    public void A_cascade_is_emitted_with_its_thresholds_by_class_under_the_names_of_the_classes()
    {
        StudySystem chosen = new(
            "s100>s050>s012", SystemKinds.Cascade, ["s100", "s050", "s012"],
            "cascade [0.45 0.45 0.864 0.45 0.875 0.45 0.45 0.45 0.45 0.45],0.6", Standings.Certificate, [], 0, [],
            null, 0, new(null, null, null));
        string target = _shell.In("chosen.yaml");
        EmittedRegistry.Write(
            Path.Combine(Shell.Home, "experts.yaml"), chosen, new Dictionary<string, PassThreshold>(), target, []);
        Assert.Contains("{default: 0.45, bird: 0.864, deer: 0.875}",
            File.ReadAllText(target).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Thresholds byClass = new(0.45m, 0.45m, 0.864m, 0.45m, 0.875m, 0.45m, 0.45m, 0.45m, 0.45m, 0.45m);
        Assert.Equal(new RoutingConfig.Cascade(["s100", "s050", "s012"], [byClass, 0.6m]),
            RegistryReader.Read(target).Config!.Routing);
    }

    [Fact]
    public void Of_several_versions_the_deployed_one_is_emitted()
    {
        string models = Path.Combine(Reference.Root, "models", "cifar10");
        string from = _shell.Write("versions.yaml", $$"""
            dataset: cifar10
            x-new: &new { checkpoint: {{models}}/consistency_0.25.safetensors, pass: 0.1 }
            experts:
              - { id: s025, sigma: 0.25, architecture: cifar_resnet20, input: standardize, load: lazy,
                  versions: { 2: { checkpoint: {{models}}/noise_0.25.safetensors }, 10: { <<: *new, pass: 0.35 } } }
            """);
        StudySystem chosen = new(
            "s025", SystemKinds.Single, ["s025"], "", Standings.Certificate, [], 0, [], null, 0, new(null, null, null));
        EmittedRegistry.Write(from, chosen, new Dictionary<string, PassThreshold>(), _shell.In("chosen.yaml"), []);
        RegistryConfig written = RegistryReader.Read(_shell.In("chosen.yaml")).Config!;
        ExpertConfig expert = Assert.Single(written.Experts);
        Assert.Empty(written.OtherVersions);
        Assert.Equal((null, "0.35", LoadPolicy.Lazy), (expert.Version, expert.Pass.ToString(), expert.Load));
        Assert.EndsWith("consistency_0.25.safetensors", expert.CheckpointPath, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("0.2", "0.2")]
    public void The_threshold_that_was_scored_is_emitted_also_where_another_comes_by_a_merge(
        string scored, string? pass)
    {
        string models = Path.Combine(Reference.Root, "models", "cifar10");
        string from = _shell.Write("merged.yaml", $$"""
            dataset: cifar10
            x-all: &all { architecture: cifar_resnet20, input: standardize, pass: 0.35 }
            x-first: &first { <<: *all, sigma: 0.25, load: lazy }
            experts:
              - { <<: [*first, *all], id: s025, checkpoint: {{models}}/noise_0.25.safetensors }
            """);
        StudySystem chosen = new(
            "s025", SystemKinds.Single, ["s025"], "", Standings.Certificate, [], 0, [], null, 0, new(null, null, null));
        EmittedRegistry.Write(from, chosen, new Dictionary<string, PassThreshold>
        {
            ["s025"] = PassThreshold.At(decimal.Parse(scored, System.Globalization.CultureInfo.InvariantCulture)),
        }, _shell.In("chosen.yaml"), []);
        ExpertConfig expert = Assert.Single(RegistryReader.Read(_shell.In("chosen.yaml")).Config!.Experts);
        Assert.Equal(
            (pass, LoadPolicy.Lazy), (expert.Pass.Step == 0 ? null : expert.Pass.ToString(), expert.Load));
    }

    [Fact]
    public async Task A_registry_that_is_emitted_into_another_folder_names_every_member_of_an_ensemble_from_there()
    {
        Log("one", i => (1, 0.5));
        string models = Path.Combine(Reference.Root, "models", "cifar10");
        _shell.Write("experts.yaml", $$"""
            dataset: cifar10
            experts:
              - { id: s025, sigma: 0.25, architecture: cifar_resnet20, input: standardize,
                  checkpoint: [{{models}}/noise_0.25.safetensors, {{models}}/noise_0.50.safetensors] }
            """);
        Directory.CreateDirectory(_shell.In("elsewhere"));
        Outcome outcome = await _shell.RunAsync(
            ["tradeoff", "--log", "s025@0.25=one", "--want", "0.25:1", "--emit", "elsewhere/chosen.yaml", "-r",
                "experts.yaml", .. Shell.Fast]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.DoesNotContain($" {models}", File.ReadAllText(_shell.In("elsewhere/chosen.yaml")),
            StringComparison.Ordinal);
        RegistryReading reading = RegistryReader.Read(_shell.In("elsewhere/chosen.yaml"));
        Assert.Empty(reading.Faults);
        Assert.Equal([$"{models}/noise_0.25.safetensors", $"{models}/noise_0.50.safetensors"],
            reading.Config!.Experts[0].Members.Select(member => member.CheckpointPath));
    }

    [Fact]
    public async Task An_expert_of_another_sigma_is_not_the_scored_one_whoever_names_it()
    {
        Log("one", i => (1, 0.5));
        Outcome outcome = await _shell.RunAsync(
            ["tradeoff", "--log", "s025@0.3=one", "--want", "0.25:1", "--emit", "chosen.yaml", "-r",
                Path.Combine(Shell.Home, "experts.yaml"), .. Shell.Fast]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains("s025 was scored with σ = 0.3, but ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Function_ids_prove_the_networks_and_a_single_expert_is_written_without_those_it_does_not_ask()
    {
        _shell.Write("experts.yaml", Reference.Shapes10Registry);
        Outcome pass = await _shell.RunAsync(
            ["certify", "shapes10", "--skip", "3", "--max", "60", "--all", "-o", _shell.In("pass"), "--n0", "10",
                "--n", "20", "--alpha", "0.05", "--seed", "5", .. Shell.Fast]);
        Assert.True(pass.Code == 0, pass.Error);
        // So few samples allow single experts alone.
        string[] choose = ["tradeoff", "pass", "--alpha", "0.05", "--want", "0:1", "--max-cost", "30", "--emit",
            "chosen.yaml"];
        Outcome outcome = await _shell.RunAsync([.. choose, .. Shell.Fast]);
        Assert.True(outcome.Code == 0, outcome.Error);
        RegistryConfig written = RegistryReader.Read(_shell.In("chosen.yaml")).Config!;
        string chosen = Assert.Single(written.Experts).Id;
        Assert.Null(written.Router);
        string[] others = [.. new[] { "s025", "s050", "s100" }.Except([chosen])];
        Assert.Equal(
            [
                $"# {chosen} (certificate), chosen by dualrs tradeoff",
                $"# the function ids of {chosen} are those that were scored",
                "# scored at α = 0.05 for each certificate",
                $"# left out, for it does not ask them: {string.Join(", ", others)}, the router",
            ],
            File.ReadLines(_shell.In("chosen.yaml")).TakeWhile(line => line.StartsWith('#')));

        File.Delete(_shell.In("chosen.yaml"));
        // With another batch the same weights are another function.
        Outcome other = await _shell.RunAsync([.. choose, "--threads", "1", "--batch", "21", "--no-probe"]);
        Assert.Equal(2, other.Code);
        Assert.Contains($"{chosen} was scored as another function than the one here", other.Error,
            StringComparison.Ordinal);
        Assert.False(File.Exists(_shell.In("chosen.yaml")));
    }

    [Theory]
    [InlineData("nothing is named to study")]
    [InlineData("there is no file or folder", "missing")]
    [InlineData("--radii 1:0:2: expected FROM:STEP:TO", "sigma_0.25", "--radii", "1:0:2")]
    [InlineData("--want 0.5: expected radii, each once", "sigma_0.25", "--want", "0.5")]
    [InlineData("--tau is 1: accepted are numbers above 0 and below 1", "sigma_0.25", "--tau", "1")]
    [InlineData("--cascade s100=0.5,x: expected ID,ID,…=τ,τ,…", "sigma_0.25", "--cascade", "s100=0.5,x")]
    [InlineData("--cascade s100: expected ID,ID,…=τ,τ,…", "sigma_0.25", "--cascade", "s100")]
    [InlineData("--log s025=sigma_0.25: expected ID@SIGMA=FILE", "--log", "s025=sigma_0.25")]
    [InlineData("--emit writes the registry of what --want chose", "sigma_0.25", "--emit", "x.yaml")]
    [InlineData("--front 1: expected two radii", "sigma_0.25", "--front", "1")]
    public async Task What_cannot_be_studied_is_told_with_what_would_be_right(string problem, params string[] arguments)
    {
        TwoExperts();
        Outcome outcome = await _shell.RunAsync(["tradeoff", .. arguments]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_that_only_sigma_could_tell_apart_are_taken_to_ascend_and_refused_where_two_have_one_sigma()
    {
        TwoExperts();
        Counts("router.counts.tsv", 2);
        Outcome ascending = await _shell.RunAsync("tradeoff", ".");
        Assert.Contains("nothing says which route of router leads to which expert, they are taken to ascend in σ.",
            string.Join(' ', ascending.Error.Split('\n', StringSplitOptions.TrimEntries)), StringComparison.Ordinal);
        Outcome outcome = await _shell.RunAsync(
            "tradeoff", "router.counts.tsv", "--log", "a@0.25=sigma_0.25", "--log", "b@0.25=sigma_1.00");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("nothing says which leads to which expert", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_router_over_another_number_of_experts_is_refused()
    {
        TwoExperts();
        Counts("router.counts.tsv", 3);
        Outcome outcome = await _shell.RunAsync("tradeoff", ".");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("router router votes over 3 routes, but 2 experts are there (s025, s100)", outcome.Error,
            StringComparison.Ordinal);
    }
}
