using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Router.Data;
using Router.Experts.Loading;
using Router.Host.Cli;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>Pictures to try the classifier with, over the bundled models.</summary>
[Collection(BundledModel.Name)]
public sealed class SamplePictureTests(BundledModel bundled)
{
    [Fact]
    public async Task One_of_each_class_of_Shapes10_is_there_and_ten_of_the_data_set_where_this_machine_has_it()
    {
        (HttpStatusCode status, JsonNode body) = await bundled.Daemon.GetAsync("/v1/samples");
        Assert.Equal(HttpStatusCode.OK, status);
        ILookup<string, JsonNode> samples = body.AsArray().ToLookup(sample => (string)sample!["data"]!, one => one!);
        Assert.Equal(
            DataSetKind.Shapes10.LabelNames.Order(StringComparer.Ordinal),
            samples["shapes10 test"].Select(sample => (string)sample["class"]!).Order(StringComparer.Ordinal));
        DataSet? installed = DataSets.Find("cifar10", "test", Surroundings.OfProcess());
        Assert.Equal(installed is null ? 0 : 10, samples["cifar10 test"].Count());
        DataSet?[] sets = [Shapes10.Open(Shapes10Split.Test), installed];
        foreach (DataSet images in sets.OfType<DataSet>())
            Assert.All(samples[images.Name], sample => Assert.Equal(
                images.Read((int)sample["index"]!).Image.Pixels.ToArray(),
                Convert.FromBase64String((string)sample["levels"]!)));
    }

    [Fact]
    public async Task A_sample_that_is_clicked_is_what_is_certified_level_by_level()
    {
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(bundled.Daemon);
        IPage page = opened.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "image 3 of shapes10 test" }).ClickAsync();
        await opened.SaysAsync("#seen-text", "image 3 of shapes10 test · 32 × 32 → 32 × 32");
        await page.FillAsync("#estimation", "200");
        await opened.CertifyAsync();
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#save"));
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(await download.PathAsync()))!;
        Image8 image = Shapes10.Open(Shapes10Split.Test).Read(3).Image;
        Assert.Equal(
            DataSetKind.Shapes10.Framing.Apply(image).ToInput().Hash, (string?)record["input"]);
        Assert.Empty(opened.Complaints);
    }
}
