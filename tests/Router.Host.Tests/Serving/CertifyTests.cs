using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Router.Data;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Host.Serving.Operations;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary><c>/v1/certify</c>: pictures, tensors, streams.</summary>
[Collection(BundledModel.Name)]
public sealed class CertifyTests(BundledModel bundled)
{
    private const string Sampling = "selection=10&estimation=100&seed=7";
    private static readonly SampleCounts Counts = new(10, 100);

    [Theory]
    [InlineData("rgb.png", "image/png")]
    [InlineData("color.jpg", "image/jpeg")]
    public async Task A_picture_is_framed_and_certified_as_on_the_command_line(string file, string type)
    {
        byte[] picture = await File.ReadAllBytesAsync(Fixture(file));
        GridInput input = DataSetKind.Cifar10.Framing.Apply(
            ImageFile.Decode(picture, ImageLimits.Default).Image!).ToInput();
        Certificate expected = await bundled.Deployed.Classifier.CertifyAsync(
            input, new(Counts, Counts, 0.001), SeedSource.FromCaller(7));

        (HttpStatusCode status, JsonNode answer) = await RunningDaemon.ReadAsync(
            await PostAsync("?record=true&resolution=0&" + Sampling, picture, type));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(expected.InputHash, (string?)answer["input"]);
        Assert.Equal(expected.Class, (int?)answer["class"]);
        Assert.Equal(TowardZero.ToSingle(expected.Radius), (double)answer["radius"]!);
        Assert.Equal((expected.Expert?.Id, expected.SamplesDrawn),
            ((string?)answer["route"], (long)answer["samples"]!));
        Assert.Equal(expected.Class is { } label ? DataSetKind.Cifar10.LabelName(label) : null,
            (string?)answer["label"]);
        Assert.Equal(["router", "s012", "s025", "s050", "s100"],
            answer["functions"]!.AsObject().Select(pair => pair.Key));
        Assert.IsType<RecordVerdict.HoldsSigned>(RecordVerifier.Verify(answer["record"]!.ToJsonString(), bundled.Key));
    }

    [Fact]
    public async Task A_tensor_is_certified_as_at_infer_and_the_address_may_hold_its_parameters()
    {
        string body = InferBodies.Bytes(ProbePatterns.Levels(0), "3,32,32", "\"selection\":10");
        (HttpStatusCode status, JsonNode answer) = await bundled.Daemon.PostAsync(
            body, "/v1/certify?estimation=100&seed=7&mix=s025,s100");
        Assert.Equal(HttpStatusCode.OK, status);
        (_, JsonNode inferred) = await bundled.Daemon.PostAsync(
            InferBodies.Bytes(ProbePatterns.Levels(0), "3,32,32",
                "\"selection\":10,\"estimation\":100,\"seed\":7,\"mix\":\"s025,s100\""));
        Assert.Equal(inferred["outputs"]![0]!["data"]![0]!.ToJsonString(), (answer["class"] ?? -1).ToJsonString());
        Assert.Equal(inferred["outputs"]![1]!["data"]![0]!.ToJsonString(), answer["radius"]!.ToJsonString());
        Assert.Equal("""["s025","s100"]""", answer["mix"]!.ToJsonString());
        (status, answer) = await bundled.Daemon.PostAsync(body, "/v1/certify?selection=10");
        Assert.Equal((HttpStatusCode.BadRequest, "parameter 'selection' is given both in the address and in the body"),
            (status, (string?)answer["error"]));
    }

    [Theory]
    [InlineData("application/json", "application/json")]
    [InlineData("text/event-stream;q=0, application/json", "application/json")]
    [InlineData("application/json;q=0.5, Text/Event-Stream", "text/event-stream")]
    public async Task Who_accepts_a_stream_gets_one(string accepted, string given)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/certify?estimation=100&seed=7")
        {
            Content = RunningDaemon.Text(ToyModel.Body),
        };
        request.Headers.TryAddWithoutValidation("Accept", accepted);
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        using HttpResponseMessage response = await daemon.Client.SendAsync(request);
        Assert.Equal(given, response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_stream_is_certificates_whose_radius_grows_each_valid_by_itself()
    {
        using HttpResponseMessage response = await StreamAsync(
            bundled.Daemon, "?record=true&estimation=1000&resolution=0.2&seed=7",
            await File.ReadAllBytesAsync(Fixture("rgb.png")), "image/png");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        (string Kind, JsonNode Data)[] events = [.. Events(await response.Content.ReadAsStringAsync())];

        Assert.Equal([.. Enumerable.Repeat("certificate", events.Length - 1), "end"], events.Select(one => one.Kind));
        double[] radii = [.. events.Select(one => (double)one.Data["radius"]!)];
        Assert.Equal(radii.Order(), radii);
        Assert.Equal([.. Enumerable.Repeat(false, events.Length - 1), true],
            events.Select(one => one.Data.AsObject().ContainsKey("stopped")));
        Assert.Contains((string?)events[^1].Data["stopped"],
            (string[])["resolution_reached", "nothing_can_change", "futile", "unreachable"]);
        foreach ((_, JsonNode data) in events)
        {
            string record = data["record"]!.ToJsonString();
            Assert.IsType<RecordVerdict.HoldsSigned>(RecordVerifier.Verify(record, bundled.Key));
            Assert.Equal((double)data["radius"]!, TowardZero.ToSingle((double)data["record"]!["radius"]!));
        }
    }

    [Fact]
    public async Task A_target_stops_the_stream_as_soon_as_it_is_proved()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        using HttpResponseMessage response = await StreamAsync(
            daemon, "?target_radius=0.2&estimation=100000", ToyModel.Body);
        JsonNode end = Events(await response.Content.ReadAsStringAsync()).Last().Data;
        Assert.Equal(("target_reached", 1), ((string?)end["stopped"], (int?)end["class"]));
        Assert.InRange((double)end["radius"]!, 0.2, 1);
        Assert.InRange((long)end["samples"]!, 1, 5000);

        // Without a stream the same rule stops the same sampling.
        (_, JsonNode once) = await daemon.PostAsync(ToyModel.Body, "/v1/certify?target_radius=0.2&estimation=100000");
        Assert.Equal((long)end["samples"]!, (long)once["samples"]!);
    }

    [Fact]
    public async Task A_caller_that_leaves_stops_the_sampling_and_gives_its_turn_back()
    {
        ServingLimits limits = new() { Waiting = 0 };
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        ToyVoter expert = new(async cancelled =>
        {
            if (Interlocked.Increment(ref asked) <= 4) return;
            try
            {
                await Task.Delay(Timeout.Infinite, cancelled);
            }
            finally
            {
                stopped.TrySetResult();
            }
        });
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(expert, limits));
        using (HttpResponseMessage response = await StreamAsync(daemon, "?estimation=100000", ToyModel.Body))
        using (StreamReader lines = new(await response.Content.ReadAsStreamAsync()))
            Assert.Equal("event: certificate", await lines.ReadLineAsync().WaitAsync(RunningDaemon.Patience));
        await stopped.Task.WaitAsync(RunningDaemon.Patience);
        await daemon.Log.Of(12);
        Assert.Equal(5, asked);
    }

    [Fact]
    public async Task A_stream_waits_for_its_turn_like_everybody_and_is_turned_away_where_too_many_wait()
    {
        ServingLimits limits = new() { Waiting = 0 };
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ToyVoter expert = new(cancelled => gate.Task.WaitAsync(cancelled));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(expert, limits));
        Task<(HttpStatusCode Status, JsonNode Body)> first = daemon.PostAsync(ToyModel.Body);
        await expert.Asked;
        using HttpRequestMessage request = new(
            HttpMethod.Post, "/v1/certify") { Content = RunningDaemon.Text(ToyModel.Body) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        HttpResponseMessage refused = await daemon.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.TooManyRequests, "application/json"),
            (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.NotNull(refused.Headers.RetryAfter);
        gate.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
    }

    [Fact]
    public async Task A_stream_whose_deadline_comes_before_its_first_certificate_is_503()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(new ToyVoter(cancelled => Task.Delay(Timeout.Infinite, cancelled)), limits));
        using HttpRequestMessage request = new(
            HttpMethod.Post, "/v1/certify?deadline_ms=20") { Content = RunningDaemon.Text(ToyModel.Body) };
        request.Headers.Accept.ParseAdd("text/event-stream");
        (HttpStatusCode status, JsonNode answer) = await RunningDaemon.ReadAsync(
            await daemon.Client.SendAsync(request).WaitAsync(RunningDaemon.Patience));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("the deadline passed before ", (string?)answer["error"]);
    }

    [Fact]
    public async Task An_expert_that_fails_on_the_way_ends_the_stream_with_its_name()
    {
        ServingLimits limits = new();
        int asked = 0;
        ToyVoter expert = new(_ =>
            ++asked <= 3 ? Task.CompletedTask : throw new VoterUnavailableException(new("toy"), "the device is gone"));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(expert, limits));
        using HttpResponseMessage response = await StreamAsync(daemon, "?estimation=100000", ToyModel.Body);
        (string kind, JsonNode data) = Events(await response.Content.ReadAsStringAsync()).Last();
        Assert.Equal(("error", "only cannot answer: the device is gone"), (kind, (string?)data["error"]));
        // Its status was 200, but it was not answered.
        Assert.Contains("dualrs_requests_total{address=\"/v1/certify\",outcome=\"unavailable\"} 1\n",
            await daemon.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_a_fault_of_the_server_breaks_off_is_counted_as_failed()
    {
        ServingLimits limits = new();
        int asked = 0;
        ToyVoter expert = new(_ =>
            ++asked <= 3 ? Task.CompletedTask : throw new InvalidOperationException("this should not be"));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(expert, limits));
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using HttpResponseMessage response = await StreamAsync(daemon, "?estimation=100000", ToyModel.Body);
            await response.Content.ReadAsStringAsync();
        });
        // It is counted once the connection is closed, which the caller may see before.
        const string Counted = "dualrs_requests_total{address=\"/v1/certify\",outcome=\"failed\"} 1\n";
        using CancellationTokenSource patience = new(RunningDaemon.Patience);
        while (!(await daemon.Client.GetStringAsync("/metrics", patience.Token))
            .Contains(Counted, StringComparison.Ordinal)) { }
    }

    [Theory]
    [InlineData("?targetradius=1", "image/png", "rgb.png",
        "there is no parameter 'targetradius' (did you mean 'target_radius'?): accepted are")]
    [InlineData("?target_radius=big", "image/png", "rgb.png",
        "parameter 'target_radius' is \"big\": accepted are numbers above 0")]
    [InlineData("?seed=1&seed=2", "image/png", "rgb.png", "parameter 'seed' stands in the address 2 times")]
    [InlineData("?mode=predict", "image/png", "rgb.png", "parameter 'mode' is not certify")]
    [InlineData("?record=yes", "image/png", "rgb.png", "parameter 'record' is \"yes\": accepted are true and false")]
    [InlineData("", "image/png", "damaged.png", "the picture cannot be used: ")]
    [InlineData("", "image/jpeg", "truncated.jpg", "the picture cannot be used: ")]
    [InlineData("", "image/png", "huge.png", "the picture cannot be used: ")]
    public async Task What_cannot_be_certified_is_400(string address, string type, string file, string error)
    {
        (HttpStatusCode status, JsonNode body) = await RunningDaemon.ReadAsync(
            await PostAsync(address, await File.ReadAllBytesAsync(Fixture(file)), type));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(error, (string?)body["error"]);
    }

    [Fact]
    public async Task Several_images_and_other_types_are_refused()
    {
        (HttpStatusCode status, JsonNode body) = await bundled.Daemon.PostAsync(InferBodies.Expand(
            """{"inputs":[{"name":"image","shape":[2,3,32,32],"datatype":"UINT8","data":[@6144]}]}"""), "/v1/certify");
        Assert.Equal((HttpStatusCode.BadRequest,
            "2 images came: accepted is one; /v2/models/dualrs/infer takes several"), (status, (string?)body["error"]));
        (status, body) = await RunningDaemon.ReadAsync(await PostAsync("", [1, 2, 3], "image/webp"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Equal(
            "Content-Type 'image/webp' is not offered: accepted are image/png, image/jpeg and application/json",
            (string?)body["error"]);
    }

    private static string Fixture(string name) =>
        Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", name);

    private async Task<HttpResponseMessage> PostAsync(string address, byte[] body, string type)
    {
        ByteArrayContent content = new(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await bundled.Daemon.Client.PostAsync("/v1/certify" + address, content);
    }

    private static Task<HttpResponseMessage> StreamAsync(RunningDaemon daemon, string address, string body) =>
        StreamAsync(daemon, address, System.Text.Encoding.UTF8.GetBytes(body), "application/json");

    private static async Task<HttpResponseMessage> StreamAsync(
        RunningDaemon daemon, string address, byte[] body, string type)
    {
        using HttpRequestMessage request = new(
            HttpMethod.Post, "/v1/certify" + address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Accept.ParseAdd("text/event-stream");
        HttpResponseMessage response = await daemon.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response;
    }

    private static IEnumerable<(string Kind, JsonNode Data)> Events(string text) =>
        text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(one =>
    {
        string[] lines = one.Split('\n');
        Assert.Equal(2, lines.Length);
        return (lines[0]["event: ".Length..], JsonNode.Parse(lines[1]["data: ".Length..])!);
    });
}
