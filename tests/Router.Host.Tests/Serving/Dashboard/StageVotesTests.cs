using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Router.Data;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>What answers tell beyond the certificate, for people to look at.</summary>
[Collection(BundledModel.Name)]
public sealed class StageVotesTests(BundledModel bundled)
{
    private const string Sampling = "?selection=10&estimation=200&seed=7";

    [Fact]
    public async Task Votes_come_on_request_and_are_those_of_the_record()
    {
        JsonNode plain = await CertifyAsync(Sampling), told = await CertifyAsync(Sampling + "&votes=true&record=true");
        Assert.Null(plain["stages"]);
        JsonArray stages = told["stages"]!.AsArray(), recorded = told["record"]!["stages"]!.AsArray();
        Assert.Equal(recorded.Select(stage => (string?)stage!["id"]), stages.Select(stage => (string?)stage!["id"]));
        foreach ((JsonNode? stage, JsonNode? record) in stages.Zip(recorded))
        {
            Assert.Equal((string?)record!["stage"], (string?)stage!["stage"]);
            Assert.Equal(record["estimation"]!["counts"]!.ToJsonString(), stage["counts"]!.ToJsonString());
        }
        Assert.Equal((long)told["samples"]!, stages.Sum(stage => (long)stage!["drawn"]!));
        JsonNode router = stages[0]!, expert = stages[1]!;
        Assert.Equal(("router", "expert"), ((string?)router["stage"], (string?)expert["stage"]));
        Assert.Equal((string?)told["route"], (string?)router["routes"]![(int)router["outcome"]!]);
        Assert.Null(router["excluded"]![(int)router["outcome"]!]);
        Assert.Equal((double)told["route_radius"]!,
            router["excluded"]!.AsArray().Where(radius => radius is not null).Min(radius => (double)radius!));
        Assert.Equal((double)told["expert_radius"]!, (double)expert["radius"]!);
        Assert.InRange((double)expert["lower_bound"]!, 0, 1);
    }

    [Fact]
    public async Task The_configuration_says_how_pictures_are_framed_and_what_classes_are_called()
    {
        JsonNode parameters = (await bundled.Daemon.GetAsync("/v2/models/dualrs/config")).Body["parameters"]!;
        Assert.Equal(string.Join(',', DataSetKind.Cifar10.LabelNames), (string?)parameters["labels"]!["string_value"]);
        Assert.Equal(
            ("cifar10", "32", "router", bundled.Deployed.Classifier.Routing),
            ((string?)parameters["dataset"]!["string_value"], (string?)parameters["shorter_side"]!["string_value"],
                (string?)parameters["router"]!["string_value"], (string?)parameters["routing"]!["string_value"]));
        Assert.Null((await bundled.Daemon.GetAsync("/v2/models/s050/config")).Body["parameters"]!["labels"]);
    }

    [Fact]
    public async Task Passes_and_thresholds_are_told_of_experts_that_have_them_alone()
    {
        ScriptedVoter passing = new("passing", 0.5m, 2, request => [request.Range.Count * 6 / 10, 0]) { Passes = true },
            plain = ScriptedVoter.Sure("plain", 0);
        RoutedClassifier classifier = new(
            [new("passing", passing) { Pass = PassThreshold.At(0.35m) }, new("plain", plain)], new Cascade(0.5m));
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, new(
            classifier, [1, 1, 1], new CertificationConfig { Selection = 10, Estimation = 100, Resolution = 0 },
            ServedModel.FunctionsOf(classifier), secret: [1, 2, 3], TimeProvider.System,
            new AdmissionQueue(atOnce: 1, limits.Waiting), owned: null));
        (HttpStatusCode status, JsonNode told) = await daemon.PostAsync(
            ToyModel.Body, "/v1/certify?votes=true&record=true");
        Assert.Equal(HttpStatusCode.OK, status);
        JsonNode stage = told["stages"]![0]!;
        Assert.Equal(("passing", 60, 40, 0), ((string)stage["id"]!, (int)stage["counts"]![0]!, (int)stage["passed"]!,
            (int)stage["undecided"]!));
        Assert.Equal(["0.35", null], told["record"]!["routing"]!["mix"]!.AsArray()
            .Select(member => (string?)member!["pass"]));
        Assert.All(told["stages"]!.AsArray().Skip(1), other => Assert.Null(other!["passed"]));
        JsonNode parameters = (await daemon.GetAsync("/v2/models/dualrs/config")).Body["parameters"]!;
        Assert.Equal("0.35", (string?)parameters["pass.passing"]!["string_value"]);
        Assert.Null(parameters["pass.plain"]);
    }

    private async Task<JsonNode> CertifyAsync(string parameters)
    {
        ByteArrayContent picture = new(await File.ReadAllBytesAsync(
            Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png")));
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        (HttpStatusCode status, JsonNode answer) = await RunningDaemon.ReadAsync(
            await bundled.Daemon.Client.PostAsync("/v1/certify" + parameters, picture));
        Assert.Equal(HttpStatusCode.OK, status);
        return answer;
    }
}
