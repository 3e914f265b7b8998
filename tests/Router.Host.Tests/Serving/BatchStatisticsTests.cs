using System.Net;
using System.Text.Json.Nodes;
using Router.Experts.Cards;
using Router.Host.Tests.Serving.Clients;

namespace Router.Host.Tests.Serving;

/// <summary>Forward passes in the protocol's statistics.</summary>
public sealed class BatchStatisticsTests(ShapesModel shapes) : IClassFixture<ShapesModel>
{
    private const int Samples = 100;

    [Fact]
    public async Task A_network_tells_its_passes_by_the_samples_in_them_and_the_whole_has_none_of_its_own()
    {
        // A pass is counted before the next one begins, and not before its votes are handed out.
        await PredictAsync(image: 0);
        await PredictAsync(image: 1);
        JsonNode passes = await StatisticsAsync("router");
        Assert.True(SamplesOf(passes) >= Samples, passes.ToJsonString());
        Assert.All(passes.AsArray(), pass =>
        {
            Assert.True((long)pass!["compute_infer"]!["count"]! > 0);
            Assert.True((long)pass["compute_infer"]!["ns"]! > 0);
        });
        Assert.Empty((await StatisticsAsync("dualrs")).AsArray());
    }

    private async Task PredictAsync(int image)
    {
        string pixels = string.Join(',', ProbePatterns.Levels(image));
        (HttpStatusCode status, JsonNode answer) = await shapes.Daemon.PostAsync(
            $$$"""
            {"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[{{{pixels}}}]}],
             "parameters":{"mode":"predict","estimation":{{{Samples}}}}}
            """);
        Assert.True(status == HttpStatusCode.OK, answer.ToJsonString());
    }

    private static long SamplesOf(JsonNode passes) => passes.AsArray()
        .Sum(pass => (long)pass!["batch_size"]! * (long)pass["compute_infer"]!["count"]!);

    private async Task<JsonNode> StatisticsAsync(string model) =>
        (await shapes.Daemon.GetAsync($"/v2/models/{model}/stats")).Body["model_stats"]![0]!["batch_stats"]!;
}
