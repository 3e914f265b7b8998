using System.Net;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>What a caller is told where the routed expert cannot answer.</summary>
public sealed class FailoverTests
{
    private static readonly ServingLimits Limits = new();

    // The router sends everything to e1, which is gone; e0 answers 0.
    private static ServedModel Model(FailoverPolicy policy) =>
        Model(policy, new("router", ScriptedVoter.Sure("router", 1),
            [new("e0", ScriptedVoter.Sure("e0", 0)), new("e1", Gone())]));

    private static ServedModel Model(FailoverPolicy policy, RoutedClassifier classifier) => new(
        classifier, [1, 1, 1], new CertificationConfig { Selection = 10, Estimation = 100 },
        ServedModel.FunctionsOf(classifier),
        secret: [1, 2, 3], TimeProvider.System, new AdmissionQueue(atOnce: 1, Limits.Waiting), owned: null, policy);

    private static string Body(string parameters) =>
        $$"""{"parameters":{{{parameters}}},"inputs":[{"name":"image","shape":[1,1,1],"datatype":"UINT8","data":["""
        + $$"""7]}]}""";

    [Theory]
    [InlineData("\"mode\":\"certify\"")]
    [InlineData("\"mode\":\"predict\"")]
    public async Task An_expert_that_cannot_answer_is_named_with_503(string parameters)
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(Limits, Model(new FailoverPolicy.Refuse()));
        (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(Body(parameters));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "e1 cannot answer: the device is gone"),
            (status, (string?)answer["error"]));
    }

    [Fact]
    public async Task Where_the_registry_allows_it_the_rest_answers_and_is_named()
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, Model(new FailoverPolicy.Reroute(0.25, [])));
        (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(Body("\"mode\":\"certify\""));
        Assert.Equal(HttpStatusCode.OK, status);
        string[] outputs = [.. answer["outputs"]!.AsArray()
            .Select(output => $"{output!["name"]}={output["data"]![0]}")];
        Assert.Contains("mix=e0", outputs);
        Assert.Contains("class=0", outputs);
        (status, answer) = await daemon.PostAsync(Body("\"mode\":\"predict\""));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "e1 cannot answer: the device is gone"),
            (status, (string?)answer["error"]));
    }

    [Fact]
    public async Task The_functions_of_an_answer_are_those_of_the_mix_that_went_on()
    {
        RoutedClassifier classifier = new(
            "router", ScriptedVoter.Sure("router", 2, outcomes: 3),
            [new("e0", ScriptedVoter.Sure("e0", 0)), new("e1", ScriptedVoter.Sure("e1", 0)), new("e2", Gone())]);
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, Model(new FailoverPolicy.Reroute(0.25, []), classifier));
        string[] answering = [.. ServedModel.FunctionsOf(classifier.Restrict(["e0", "e1"]))
            .Select(network => $"{network.Key}={network.Value.Value}")];

        (_, JsonNode certified) = await daemon.PostAsync(Body("\"estimation\":100"), "/v1/certify");
        Assert.Equal("""["e0","e1"]""", certified["mix"]!.ToJsonString());
        Assert.Equal(answering, certified["functions"]!.AsObject().Select(network => $"{network.Key}={network.Value}"));

        (_, JsonNode inferred) = await daemon.PostAsync(Body("\"mode\":\"certify\""));
        Assert.Equal(answering, inferred["parameters"]!.AsObject()
            .Where(one => one.Key.StartsWith("function.", StringComparison.Ordinal))
            .Select(network => $"{network.Key["function.".Length..]}={network.Value}"));
    }

    [Fact]
    public async Task A_stream_whose_expert_cannot_answer_from_the_start_is_503()
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, Model(new FailoverPolicy.Refuse(), new(new Router.Estimator.Route("e1", Gone()))));
        using HttpRequestMessage request = new(
            HttpMethod.Post, "/v1/certify") { Content = RunningDaemon.Text(Body("\"estimation\":100")) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        (HttpStatusCode status, JsonNode answer) = await RunningDaemon.ReadAsync(
            await daemon.Client.SendAsync(request));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "e1 cannot answer: the device is gone"),
            (status, (string?)answer["error"]));
    }

    private static ScriptedVoter Gone() => new("gone", 1, 100, 0)
    {
        FunctionId = new("gone"),
        Before = (_, _) => throw new VoterUnavailableException(
            new("gone"),
            "the device is gone\nException raised from run at /home/builder/aten/src/Pass.cpp:12 (most recent call "
            + "first):\nframe #0: run() + 0x57"),
    };
}
