using Router.Data;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;

namespace Router.Host.Tests.Cli;

public sealed class ReportTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    // Two experts and two images of Shapes10, which every machine renders.
    private static TradeoffDocument Study(int firstLabel) => new(
        TradeoffDocument.CurrentSchema, "two experts", [], [], 0.001, [0, 0.5],
        [new("low", 0.25m, "expert", null, null), new("high", 0.5m, "expert", null, null)],
        [
            new("low", SystemKinds.Single, ["low"], "", "certificate",
                [new(0, 1, 0.16, 1, 0.9), new(0.5, 0, 0, 0.84, 0)], 0, [], null, 0.3, new(1000, null, null)),
            new("high", SystemKinds.Single, ["high"], "", "certificate", [new(0, 0.5, 0.01, 0.99, 0.4),
                new(0.5, 0.5, 0.01, 0.99, 0.4)], 0.5, [], null, 0.4, new(1000, null, null)),
        ],
        Choice: null,
        [
            new(0, firstLabel, [], [new(0, firstLabel, 0.3, null, "expert"), new(1, null, 0, null, "expert")]),
            new(1, LabelOf(1), [], [new(0, LabelOf(1), 0.3, null, "expert"), new(1, LabelOf(1), 0.8, null, "expert")]),
        ]);

    private static int LabelOf(int image) => Shapes10.Open(Shapes10Split.Test).Read(image).Label!.Value;

    [Fact]
    public async Task A_document_becomes_a_report_with_the_pixels_of_its_images_and_a_folder_of_charts()
    {
        _shell.Write("study.json", TradeoffJson.Text(Study(LabelOf(0))));
        Outcome outcome = await _shell.RunAsync(
            "report", "study.json", "--out", "study.html", "--charts", "charts", "--data", "shapes10");
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        string[] written = outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("study.html", written[0]);
        Assert.Contains(Path.Combine("charts", "curves.svg"), written);
        Assert.All(written, file => Assert.True(new FileInfo(_shell.In(file)).Length > 0));
        byte[] pixels = [.. Shapes10.Open(Shapes10Split.Test).Read(0).Image.Pixels.Span];
        byte[] first = [.. Enumerable.Range(0, 3).Select(channel => pixels[channel * 32 * 32])];
        Assert.Contains($"\"pixels\":{{\"0\":\"{Convert.ToBase64String(first)}",
            File.ReadAllText(_shell.In("study.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    public async Task Pictures_and_class_names_come_by_themselves_where_enough_labels_tell_the_data_set(
        int images, bool told)
    {
        TradeoffDocument study = Study(LabelOf(0));
        _shell.Write("study.json", TradeoffJson.Text(study with
        {
            Images = [.. Enumerable.Range(0, images).Select(image => new StudyImage(image, LabelOf(image), [], []))],
        }));
        Outcome outcome = await _shell.RunAsync("report", "study.json", "--out", "study.html");
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        string page = File.ReadAllText(_shell.In("study.html"));
        Assert.Equal(told, page.Contains("\"labels\":[\"disc\",\"square\"", StringComparison.Ordinal));
        Assert.Equal(told, page.Contains("\"pixels\":{\"0\":", StringComparison.Ordinal));
        Assert.Equal(!told, outcome.Error.Contains("The report has no pictures", StringComparison.Ordinal));

        outcome = await _shell.RunAsync("report", "study.json", "--out", "plain.html", "--data", "none");
        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.DoesNotContain("\"pixels\"", File.ReadAllText(_shell.In("plain.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_of_other_labels_than_the_data_set_is_refused() =>
        await RefusedAsync(Study((LabelOf(0) + 1) % 10), "image 0 has the label", "--out", "study.html", "--data",
            "shapes10");

    [Fact]
    public async Task A_command_that_names_no_output_is_refused() =>
        await RefusedAsync(Study(LabelOf(0)), "nothing to write");

    private async Task RefusedAsync(TradeoffDocument document, string message, params string[] arguments)
    {
        _shell.Write("study.json", TradeoffJson.Text(document));
        Outcome outcome = await _shell.RunAsync(["report", "study.json", .. arguments]);
        Assert.Equal((ExitCode.BadInput, ""), (outcome.Code, outcome.Out));
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_shell.In("study.html")));
    }
}
