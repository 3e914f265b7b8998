using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Router.Data;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;
using Tests;

namespace Router.Evaluation.Tests.Reports;

public sealed class ChartTests
{
    // Loading Vega takes most of the time.
    private static readonly Lazy<ChartEngine> Engine = new(() => new());

    private static readonly TradeoffDocument Document = SyntheticStudy.Create();
    private static readonly Chart[] Charts = [.. Chart.Of(Document), Chart.Headline(Document)!];

    public static TheoryData<string> Names => [.. Charts.Select(chart => chart.Name)];

    private static Chart Named(string name) => Charts.Single(chart => chart.Name == name);

    private static JsonArray Rows(string chart, string data) =>
        Named(chart).Spec(ChartTheme.Light)["datasets"]![data]!.AsArray();

    [Fact]
    public void A_document_with_images_and_routes_has_every_chart() =>
        Assert.Equal(
            ["curves", "pareto", "routes", "losses", "limits"], Chart.Of(Document).Select(chart => chart.Name));

    [Fact]
    public void A_document_of_singles_alone_has_neither_routes_nor_losses()
    {
        TradeoffDocument singles = Document with { Systems = [
            .. Document.Systems.Where(system => system.Kind == SystemKinds.Single)], Images = [], Choice = null };
        Assert.Equal(["curves", "pareto"], Chart.Of(singles).Select(chart => chart.Name));
    }

    [Fact]
    public void The_headline_has_five_curves_of_the_document_and_a_legend_that_names_them()
    {
        string[] systems =
            ["envelope of singles", "s012+s025+s050+s100 quantile 0.8", "s012+s025+s050+s100 dual", "s012", "s100"];
        string[] names =
        [
            "best single expert at each radius", "ours: route by a quantile of the votes",
            "certificate as published (dual)", "one expert, σ = 0.12", "one expert, σ = 1.00",
        ];
        JsonNode encoding = Named("headline").Spec(ChartTheme.Light)["encoding"]!;
        Assert.Equal(names, encoding["color"]!["scale"]!["domain"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(names, encoding["strokeDash"]!["scale"]!["domain"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(names, Rows("headline", "curves").Select(row => (string)row!["system"]!).Distinct());
        foreach ((string name, string system) in names.Zip(systems))
            Assert.Equal(
                Document.Systems.Single(one => one.Name == system).Accuracy.Select(
                    at => (at.Radius, Math.Round(at.Share, 6))),
                Rows("headline", "curves").Where(row => (string)row!["system"]! == name && (bool)row["grid"]!)
                    .Select(row => ((double)row!["radius"]!, (double)row["share"]!)));
    }

    [Fact]
    public void A_document_without_the_published_certificate_has_no_headline() =>
        Assert.Null(Chart.Headline(Document with
        {
            Systems = [.. Document.Systems.Where(system => system.Kind != SystemKinds.Dual)], Images = [],
            Choice = null,
        }));

    [Fact]
    public void Curves_agree_with_the_document_on_its_radii_and_never_rise()
    {
        foreach (IGrouping<string, JsonNode?> curve in Rows("curves", "curves").GroupBy(row => (string)row!["system"]!))
        {
            StudySystem system = Document.Systems.Single(one => one.Name == curve.Key);
            double[] shares = [.. curve.Select(row => (double)row!["share"]!)];
            Assert.Equal(shares.OrderDescending(), shares);
            Assert.Equal(
                system.Accuracy.Take(curve.Count(row => (bool)row!["grid"]!)).Select(
                    at => (at.Radius, Math.Round(at.Share, 6))),
                curve.Where(row => (bool)row!["grid"]!).Select(
                    row => ((double)row!["radius"]!, (double)row["share"]!)));
        }
    }

    [Fact]
    public void Between_radii_of_the_grid_a_curve_counts_the_images_themselves()
    {
        int system = Document.Systems.ToList().FindIndex(one => one.Name == "s050");
        JsonNode row = Rows("curves", "curves").First(one => (string)one!["system"]! == "s050" && !(bool)one["grid"]!)!;
        double radius = (double)row["radius"]!;
        int certified = Document.Images.Count(image => image.Answers.Any(
            answer => answer.System == system && answer.Class == image.Label && answer.Radius >= radius));
        Assert.Equal(certified / 200.0, (double)row["share"]!, 6);
    }

    [Fact]
    public void Between_two_radii_what_is_attained_is_drawn_from_below_and_what_bounds_it_from_above()
    {
        Assert.All(Rows("curves", "curves"), row => Assert.Equal(
            !Document.Systems.Single(system => system.Name == (string)row!["system"]!).IsAttained,
            (bool)row!["above"]!));
        JsonArray layers = Named("curves").Spec(ChartTheme.Light)["layer"]!.AsArray();
        string? StepOf(
            string name) => (string?)layers.Single(layer => (string?)layer!["name"] == name)!["mark"]!["interpolate"];
        Assert.Equal(("step-before", "step-before", "step-after"), (StepOf("lines"), StepOf("bands"), StepOf("above")));
    }

    [Fact]
    public void Shares_of_routes_sum_to_one_at_every_radius() => Assert.All(
        Rows("routes", "routes").GroupBy(row => ((string)row!["system"]!, (double)row["radius"]!)),
        bar => Assert.Equal(1, bar.Sum(row => (double)row!["share"]!), 9));

    [Fact]
    public void The_pareto_plot_takes_the_nearest_radii_of_the_grid_and_says_which()
    {
        JsonObject spec =
            Chart.Of(Document, first: 0.26, second: 1.1).Single(chart => chart.Name == "pareto").Spec(ChartTheme.Light);
        Assert.Equal("Certified accuracy at radius 0.25", (string?)spec["encoding"]!["x"]!["title"]);
        Assert.Equal("Certified accuracy at radius 1", (string?)spec["encoding"]!["y"]!["title"]);
    }

    [Fact]
    public void Every_curve_has_its_own_colour_save_an_attacked_system_which_has_that_of_its_target()
    {
        JsonNode scale = Named("curves").Spec(ChartTheme.Light)["encoding"]!["color"]!["scale"]!;
        Dictionary<string, string> colours = scale["domain"]!.AsArray().Zip(scale["range"]!.AsArray()).ToDictionary(
            pair => (string)pair.First!, pair => (string)pair.Second!);
        Assert.Equal(colours["s012+s025+s050+s100 exclusion"], colours["s012+s025+s050+s100 exclusion under attack"]);
        Assert.Equal(colours.Count - 1, colours.Values.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Charts_are_drawn_as_svg_that_names_what_it_shows(string name)
    {
        string drawn = Engine.Value.Svg(Named(name).Spec(ChartTheme.Light));
        XDocument svg = XDocument.Parse(drawn);
        string[] texts =
            [.. svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value)];
        Assert.True(svg.Descendants().Count(element => (string?)element.Attribute("role") == "graphics-symbol"
            || element.Name.LocalName == "path") > 10);
        Assert.Contains(name switch { "curves" => "s050", "headline" => "one expert, σ = 0.12", "pareto" => "exclusion",
            "routes" => "s100", _ => "s012+s025+s050+s100 dual" }, texts);
        Assert.DoesNotContain("undefined", texts);
        Assert.DoesNotContain("NaN", drawn, StringComparison.Ordinal);
        Image8 picture = ImageFile.Decode(SvgPicture.Png(drawn), ImageLimits.Default).Image!;
        Assert.Equal(
            (2 * (int)svg.Root!.Attribute("width")!, 2 * (int)svg.Root.Attribute("height")!),
            (picture.Width, picture.Height));
        Assert.Equal(byte.MaxValue, picture.Pixels.Span[0]);
    }

    [Fact]
    public async Task Charts_drawn_here_are_those_that_node_draws_with_the_same_vega()
    {
        string assets = Path.Combine(Reference.Root, "src", "Router.Evaluation", "Reports", "Assets");
        // As plain scripts in a fresh context the libraries find each other as a page's scripts do.
        const string Draw = """
            const vm = require('vm'), fs = require('fs');
            const context = vm.createContext({
              structuredClone, setTimeout, clearTimeout, console: { log() {}, warn() {}, error() {} },
            });
            context.self = context; context.specification = fs.readFileSync(0, 'utf8');
            for (const library of ['vega', 'vega-lite'])
              vm.runInContext(fs.readFileSync(`${process.argv[1]}/${library}.min.js`, 'utf8'), context);
            vm.runInContext("Promise.all(JSON.parse(specification).map(one => "
              + "new vega.View(vega.parse(vegaLite.compile(one).spec), { renderer: 'none' }).toSVG()))", context)
              .then(drawn => process.stdout.write(JSON.stringify(drawn)));
            """;
        (int code, string drawn, string failed) = await OtherProgram.RunAsync(new("node", ["-e", Draw, assets]),
            new JsonArray([.. Charts.Select(chart => chart.Spec(ChartTheme.Light))]).ToJsonString());
        Assert.True(code == 0, failed);
        Assert.Equal(
            JsonNode.Parse(drawn)!.AsArray().Select(svg => (string?)svg),
            Charts.Select(chart => Engine.Value.Svg(chart.Spec(ChartTheme.Light))));
    }

    [Fact]
    public async Task Files_are_written_side_by_side()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dualrs-charts-");
        try
        {
            ImmutableArray<string> written = await ChartRenderer.WriteAsync(
                [Named("losses")], folder.FullName, ChartTheme.Dark, TestContext.Current.CancellationToken);
            string[] expected = ["losses.png", "losses.svg", "losses.vl.json"];
            Assert.Equal(expected, folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
            Assert.Equal(expected, written.Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
            Image8 picture = ImageFile.Read(Path.Combine(folder.FullName, "losses.png"), ImageLimits.Default);
            Assert.InRange(picture.Pixels.Span[0], 0, 64);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
