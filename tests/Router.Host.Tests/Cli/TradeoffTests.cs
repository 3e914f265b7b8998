using System.Globalization;
using Router.Experts.Registry;

namespace Router.Host.Tests.Cli;

public sealed class TradeoffTests : IDisposable
{
    private readonly Desk _desk = new();

    public void Dispose() => _desk.Dispose();

    private void Log(string name, Func<int, (int Class, double Radius)> of) => _desk.Write(name, "idx\tlabel\tpredict\tradius\tcorrect\ttime\n" + string.Concat(
        Enumerable.Range(0, 40).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}\t1\t{of(i).Class}\t{of(i).Radius}\t{(of(i).Class == 1 ? 1 : 0)}\t0:00:01.5\n"))));

    // A router that votes for the right expert nine times of ten: counts as dualrs certify --all writes them.
    private void Counts(string name, int routes) => _desk.Write(name, "idx\tstage\tid\tsigma\tfunction\tseed\tstream\talpha\tselection_from\tselection_to\tselection_counts\tselection_undecided\testimation_from\testimation_to\testimation_counts\testimation_undecided\tcertificate\trouting\tledger\tplan\tbounds\n"
        + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i}\trouter\trouter\t1.0\tabc\t7\t0\t0\t0\t100\t{Split(i % routes, 100, routes)}\t0\t100\t1100\t{Split(i % routes, 1000, routes)}\t0\t\t\t\tfixed\t\n")));

    private static string Split(int route, int n, int routes) =>
        string.Join(',', Enumerable.Range(0, routes).Select(k => k == route ? n - n / 10 : k == (route + 1) % routes ? n / 10 : 0));

    private void TwoExperts()
    {
        Log("sigma_0.25", i => (i % 2 == 0 ? 1 : 2, 0.5));
        Log("sigma_1.00", i => (i % 2 == 1 ? 1 : 2, 1.25));
    }

    [Fact]
    public async Task Logs_become_a_table_and_files_for_papers_and_programs()
    {
        TwoExperts();
        Outcome outcome = await _desk.RunAsync("tradeoff", "sigma_0.25", "sigma_1.00", "--radii", "0:0.5:1", "--tsv", "all.tsv", "--markdown", "page.md", "--latex", "table.tex");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("s025+s100 oracle", outcome.Out, StringComparison.Ordinal);
        string[] tsv = File.ReadAllLines(_desk.In("all.tsv"));
        Assert.StartsWith("system\tkind\texperts\trouting\tstanding\tr0\tr0_low", tsv[0], StringComparison.Ordinal);
        Assert.StartsWith("s025\tsingle\ts025\t\tcertificate\t0.5\t", tsv[1], StringComparison.Ordinal);
        Assert.All(tsv, row => Assert.Equal(tsv[0].Split('\t').Length, row.Split('\t').Length));
        string page = File.ReadAllText(_desk.In("page.md")), latex = File.ReadAllText(_desk.In("table.tex"));
        Assert.Contains("| s025 | **.500** | **.500** | **.500** | .000 |", page, StringComparison.Ordinal);
        Assert.Contains("$\\sigma = 1.00$ & \\textbf{0.50} & \\textbf{0.50} & \\textbf{0.50} & \\textbf{0.50} \\\\", latex, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", page + latex, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_routers_counts_make_estimates_of_logged_experts_and_every_output_says_so()
    {
        TwoExperts();
        Counts("router.counts.tsv", 2);
        Outcome outcome = await _desk.RunAsync("tradeoff", ".", "--tsv", "all.tsv", "--markdown", "page.md", "--latex", "table.tex");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("Routed systems are estimates", outcome.Error, StringComparison.Ordinal);
        foreach (string output in (string[])[outcome.Out, .. new[] { "all.tsv", "page.md", "table.tex" }.Select(name => File.ReadAllText(_desk.In(name)))])
            Assert.Contains("estimate", output, StringComparison.Ordinal);
        string dual = File.ReadLines(_desk.In("all.tsv")).Single(row => row.StartsWith("s025+s100 dual\t", StringComparison.Ordinal));
        Assert.Equal("1", dual.Split('\t')[5]); // every image goes where it is answered rightly
    }

    [Fact]
    public async Task A_choice_is_served_by_the_registry_that_is_emitted()
    {
        Log("sigma_0.12", i => (i % 4 == 0 ? 1 : 2, 0.3));
        Log("sigma_0.25", i => (i % 4 == 1 ? 1 : 2, 0.5));
        Log("sigma_0.50", i => (i % 4 == 2 ? 1 : 2, 1.1));
        Log("sigma_1.00", i => (i % 4 == 3 ? 1 : 2, 1.25));
        Counts("router.counts.tsv", 4);
        Outcome outcome = await _desk.RunAsync("tradeoff", ".", "--mix", "s050,s100", "--tau", "0.5", "--want", "0.25:1 1.0:1", "--emit", "chosen.yaml");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("chosen among", outcome.Out, StringComparison.Ordinal);
        RegistryReading reading = RegistryReader.Read(_desk.In("chosen.yaml"));
        Assert.Contains("s050+s100 ", outcome.Out.Split("chosen among")[1], StringComparison.Ordinal);
        Assert.Empty(reading.Faults);
        Assert.Equal(["s050", "s100"], reading.Config!.Routing.Mix);
        Outcome certified = await _desk.RunAsync(["certify", _desk.Picture, "-r", "chosen.yaml", "--n", "40", "--alpha", "0.4", "--seed", "1", .. Desk.Quick]);
        Assert.Equal(0, certified.Code);
        Assert.Contains(new[] { "s050", "s100" }, id => certified.Out.Contains(id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nothing is named to study")]
    [InlineData("there is no file or folder", "missing")]
    [InlineData("--radii 1:0:2: expected FROM:STEP:TO", "sigma_0.25", "--radii", "1:0:2")]
    [InlineData("--want 0.5: expected radii, each once", "sigma_0.25", "--want", "0.5")]
    [InlineData("--tau 1: accepted are numbers above 0 and below 1", "sigma_0.25", "--tau", "1")]
    [InlineData("--log s025=sigma_0.25: expected ID@SIGMA=FILE", "--log", "s025=sigma_0.25")]
    [InlineData("--emit writes the registry of what --want chose", "sigma_0.25", "--emit", "x.yaml")]
    [InlineData("--front 1: expected two radii", "sigma_0.25", "--front", "1")]
    public async Task What_cannot_be_studied_is_told_with_what_would_be_right(string problem, params string[] arguments)
    {
        TwoExperts();
        Outcome outcome = await _desk.RunAsync(["tradeoff", .. arguments]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_router_over_another_number_of_experts_is_refused()
    {
        TwoExperts();
        Counts("router.counts.tsv", 3);
        Outcome outcome = await _desk.RunAsync("tradeoff", ".");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("router router votes over 3 routes, but 2 experts are there (s025, s100)", outcome.Error, StringComparison.Ordinal);
    }
}
