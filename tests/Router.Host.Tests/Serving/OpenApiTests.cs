using System.Net;
using System.Text.Json.Nodes;
using Router.Host.Serving.Operations;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Host.Tests.Serving;

public sealed class OpenApiTests
{
    [Fact]
    public async Task The_document_describes_exactly_the_addresses_that_are_answered()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        (HttpStatusCode status, JsonNode document) = await daemon.GetAsync("/openapi/v1.json");
        Assert.Equal((HttpStatusCode.OK, "3.1.0"), (status, (string?)document["openapi"]));
        // HEAD is wherever GET is, which the document says once.
        Assert.Equal(PatternsOf(daemon, "GET"), PatternsOf(daemon, "HEAD"));
        Assert.Equal(
            daemon.Answered.Where(address => address.Method != "HEAD")
                .Select(address => $"{address.Method} {address.Pattern}")
                .Order(StringComparer.Ordinal),
            document["paths"]!.AsObject().SelectMany(
                path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))
                .Order(StringComparer.Ordinal));
        string[] ids = [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => (string)operation.Value!["operationId"]!)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(References(document), reference => Assert.NotNull(
            reference["#/".Length..].Split('/').Aggregate((JsonNode?)document, (node, key) => node?[key])));
    }

    [Fact]
    public async Task Who_needs_a_key_or_sends_a_body_is_told_how_both_are_refused()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        JsonNode document = (await daemon.GetAsync("/openapi/v1.json")).Body;
        Assert.All(document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()), operation =>
        {
            string[] ofKey = operation.Value!["security"] is null ? ["401", "403"] : [];
            string[] ofBody = operation.Value["requestBody"] is null ? [] : ["400", "408", "413", "415", "429"];
            Assert.Empty(new[] { "421" }.Concat(ofKey).Concat(ofBody)
                .Except(operation.Value["responses"]!.AsObject().Select(response => response.Key)));
        });
    }

    [Fact]
    public async Task A_resolution_of_0_is_in_the_document_as_it_is_accepted()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body, "/v1/certify?resolution=0")).Status);
        JsonNode resolution = (await daemon.GetAsync("/openapi/v1.json")).Body["paths"]!["/v1/certify"]!["post"]![
            "parameters"]!.AsArray().Single(parameter => (string?)parameter!["name"] == "resolution")!["schema"]!;
        Assert.Equal("""{"type":"number","minimum":0}""", resolution.ToJsonString());
    }

    [Fact]
    public async Task Every_stage_that_can_limit_is_in_the_document()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        JsonNode document = (await daemon.GetAsync("/openapi/v1.json")).Body;
        JsonNode stages = document["components"]!["schemas"]!.AsObject()
            .Select(schema => schema.Value!["properties"]?["limiting_stage"]).OfType<JsonNode>().Single();
        Assert.Equal(Enum.GetValues<Stage>().Select(RecordStages.NameOf),
            stages["enum"]!.AsArray().Select(name => (string)name!));
    }

    private static IEnumerable<string> PatternsOf(RunningDaemon daemon, string method) =>
        daemon.Answered.Where(address => address.Method == method).Select(address => address.Pattern)
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(
            member => member.Key == "$ref" ? [(string)member.Value!] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
