using System.Text.Json.Nodes;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>What commands print: for people on a terminal of 80 columns, for pipes, and for programs.</summary>
public sealed class ResultTests : IDisposable
{
    private static readonly string Registry = Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml");

    private static readonly string[] Sampling =
        ["-r", Registry, "--alpha", "0.05", "--seed", "5", .. Shell.Fast];

    private readonly Shell _pipe = new();
    private readonly Shell _terminal = new() { Columns = 80 };

    public void Dispose()
    {
        _pipe.Dispose();
        _terminal.Dispose();
    }

    private static string Picture(int number) =>
        Path.Combine("pictures", $"class{number % 3}", $"{number:00}-{(number == 0 ? "rgb" : "rgb16")}.png");

    private static async Task<string> Done(Shell shell, params string[] arguments)
    {
        Outcome outcome = await shell.RunAsync(arguments);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        return outcome.Out;
    }

    private async Task<JsonNode[]> Told(params string[] arguments)
    {
        JsonNode[] told =
            [.. (await Done(_pipe, [.. arguments, "--json"])).Split('\n')[..^1].Select(line => JsonNode.Parse(line)!)];
        string page = await File.ReadAllTextAsync(Path.Combine(Reference.Root, "docs", "commands.md"));
        Assert.All(told.SelectMany(one => one.AsObject()).Select(field => field.Key).Distinct(),
            field => Assert.Contains($"`{field}`", page, StringComparison.Ordinal));
        return told;
    }

    public static TheoryData<string[]> Tables =>
    [
        new string[] { "data", "info" },
        new string[] { "experts", "list", "-r", Registry },
        new string[] { "experts", "list", "-r", Path.Combine(Reference.Root, "experts.yaml") },
        new string[] { "experts", "verify", "-r", Registry, "--threads", "1" },
        (string[])["certify", "shapes10", "--max", "1", "-o", "log.tsv", "--n0", "10", "--n", "40", .. Sampling],
        (string[])["certify", Picture(0), "--n0", "10", "--n", "40", .. Sampling],
        (string[])["certify", "shapes10", "--max", "0", "--all", "-o", "pass", "--n0", "10", "--n", "40", .. Sampling],
        (string[])["predict", Picture(0), Picture(1), "--n", "40", .. Sampling],
        (string[])["route", Picture(0), Picture(1), "--n", "40", .. Sampling],
        new string[] { "tradeoff", Path.Combine(Reference.Root, "docs", "results", "cifar10-500"), "--skip", "50" },
        (string[])["train", "targets", "shapes10", "--images", "2", "--n", "20", "-o", "t.tsv", "-r", Registry,
            .. Shell.Fast],
        (string[])["demo", "--images", "2", "--n", "40", "--seed", "5", "-r", Registry, .. Shell.Fast],
    ];

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task What_a_command_prints_fits_80_columns_and_a_pipe_gets_no_padding(string[] arguments)
    {
        string shown = await Done(_terminal, arguments);
        Assert.All(shown.Split('\n'), line => Assert.True(
            line.EnumerateRunes().Count() <= 80 || EndsInPathThatIsNotBroken(line), line));
        Assert.All(shown.Split('\n'), line => Assert.Equal(line.TrimEnd(), line));
        string piped = await Done(_pipe, arguments);
        string[] rows = [.. piped.Split('\n').Where(line => line.Contains('\t'))];
        Assert.True(rows.Length > 1, piped);
        Assert.All(rows, row => Assert.DoesNotContain("  ", row, StringComparison.Ordinal));
        Assert.Single(rows.GroupBy(row => row.Split('\t').Length));
    }

    private static bool EndsInPathThatIsNotBroken(string line)
    {
        int last = line.LastIndexOf(' ') + 1;
        return last < 80 && line.AsSpan(last).Contains('/');
    }

    [Fact]
    public async Task More_radii_are_shown_where_they_are_asked_for()
    {
        string[] certify = ["certify", "shapes10", "--max", "0", "--n0", "10", "--n", "40", .. Sampling];
        string few = await Done(_pipe, [.. certify, "-o", "a.tsv"]);
        Assert.StartsWith("certified accuracy at r\t0\t0.25\t0.5\t0.75\t1\t1.5\t2\n", few, StringComparison.Ordinal);
        string more = await Done(_pipe, [.. certify, "-o", "b.tsv", "--radii", "0:0.1:0.3"]);
        Assert.StartsWith("certified accuracy at r\t0\t0.1\t0.2\t0.3\n", more, StringComparison.Ordinal);
        Outcome refused = await _pipe.RunAsync([.. certify, "-o", "c.tsv", "--radii", "x"]);
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("--radii x: expected FROM:STEP:TO", refused.Error, StringComparison.Ordinal);
        string[] study = ["tradeoff", Path.Combine(Reference.Root, "docs", "results", "cifar10-500"), "--skip", "50"];
        Assert.StartsWith("certified accuracy at r\t0\t0.5\t1\t1.5\t2\tsamples\tstanding\n",
            await Done(_pipe, study), StringComparison.Ordinal);
        Assert.StartsWith("certified accuracy at r\t0\t0.1\tsamples\tstanding\n",
            await Done(_pipe, [.. study, "--radii", "0,0.1", "--front", "0,0.1"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predictions_and_routes_are_an_object_a_line_and_bad_files_are_objects_with_the_reason()
    {
        string[] images = [Picture(0), Picture(1)];
        JsonNode[] predicted = await Told(["predict", .. images, "--n", "40", .. Sampling]);
        Assert.Equal(images, predicted.Select(told => (string?)told["image"]));
        Assert.Equal(["image", "class", "label", "route", "route_sigma", "votes", "of"],
            predicted[0].AsObject().Select(field => field.Key));
        JsonNode[] routed = await Told(["route", .. images, "--n", "40", .. Sampling]);
        Assert.All(routed, told => Assert.Equal(40, told["votes"]!.AsObject().Sum(votes => (int)votes.Value!)));

        Outcome mixed = await _pipe.RunAsync(
            ["predict", "nowhere.png", Picture(0), "--json", "--n", "40", .. Sampling]);
        Assert.Equal(ExitCode.BadInput, mixed.Code);
        string[] lines = mixed.Out.Split('\n')[..^1];
        Assert.Equal("""{"image":"nowhere.png","error":"there is no image nowhere.png"}""", lines[0]);
        Assert.Equal(predicted[0].ToJsonString(), lines[1]);
    }

    [Fact]
    public async Task Certificates_are_an_object_a_line_with_the_fields_of_the_log()
    {
        string[] sampling = ["--n0", "10", "--n", "40", .. Sampling];
        JsonNode one = Assert.Single(await Told(["certify", Picture(0), .. sampling]));
        Assert.Equal(Picture(0), (string?)one["image"]);
        Assert.Equal((0.05, "exclusion", "caller"), ((double)one["failure_probability"]!, (string?)one["certificate"],
            (string?)one["seed_origin"]));
        JsonNode[] told = await Told(["certify", "shapes10", "--max", "2", "-o", "log.tsv", .. sampling]);
        string[][] log = [.. File.ReadLines(_pipe.In("log.tsv")).Skip(1).Select(row => row.Split('\t'))];
        Assert.Equal(log.Select(row => row[..4]), told.Select(image => new[]
        {
            $"{image["index"]}", $"{image["true_class"]}", $"{image["class"] ?? -1}", $"{(double)image["radius"]!}",
        }));
        Assert.Empty(await Told(["certify", "shapes10", "--max", "2", "-o", "log.tsv", "--resume", .. sampling]));
    }

    [Fact]
    public async Task Networks_data_sets_and_probes_are_an_object_a_line()
    {
        JsonNode[] networks = await Told("experts", "list", "-r", Registry);
        Assert.Equal(["router", "s025", "s050", "s100"], networks.Select(network => (string?)network["id"]));
        Assert.Equal(["router", "expert", "expert", "expert"], networks.Select(network => (string?)network["role"]));
        Assert.Equal("0.25", networks[1]["sigma"]!.ToJsonString());
        Assert.All(networks, network => Assert.True(File.Exists((string?)network["checkpoints"]![0])));
        Assert.Contains(
            await Told("data", "info"), data => (string?)data["name"] == "shapes10" && (bool)data["found"]!);
        Assert.All(await Told("experts", "verify", "-r", Registry, "--threads", "1"),
            probe => Assert.NotEqual("failed", (string?)probe["verdict"]));
    }

    [Fact]
    public async Task A_study_goes_to_standard_output_alone_where_its_file_is_a_dash()
    {
        JsonNode study = JsonNode.Parse(await Done(_pipe, "tradeoff",
            Path.Combine(Reference.Root, "docs", "results", "cifar10-500"), "--skip", "50", "--json", "-"))!;
        Assert.Equal(100, study["images"]!.AsArray().Count);
    }
}
