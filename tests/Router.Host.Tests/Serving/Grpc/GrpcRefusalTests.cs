using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Inference;
using Router.Host.Serving.Grpc;
using Router.Host.Serving.Http;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving.Grpc;

/// <summary>What is refused over gRPC, by which status, and that the words are those of HTTP.</summary>
public sealed class GrpcRefusalTests : IDisposable
{
    private const int CallerGone = 12;

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("mode", "guess")]
    [InlineData("estimation", "0")]
    [InlineData("failure_probabilty", "0.01")]
    [InlineData("mix", "nobody")]
    public async Task Parameters_are_refused_in_the_words_of_HTTP(string name, string value)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        ModelInferRequest request = GrpcClient.Pixel();
        request.Parameters[name] = new() { StringParam = value };
        Status status = await GrpcClient.FailureAsync(client.Models.ModelInferAsync(request));
        string json = char.IsAsciiDigit(value[0]) ? value : $"\"{value}\"";
        string body = ToyModel.Body.Insert(1, $"\"parameters\":{{\"{name}\":{json}}},");
        (HttpStatusCode over, JsonNode told) = await daemon.PostAsync(body);
        Assert.Equal((HttpStatusCode.BadRequest, StatusCode.InvalidArgument), (over, status.StatusCode));
        Assert.Equal((string?)told["error"], status.Detail);
    }

    [Fact]
    public async Task Values_are_refused_where_they_are_none_of_the_image()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        foreach ((Action<ModelInferRequest> spoil, string fault) in Spoilt)
        {
            ModelInferRequest request = GrpcClient.Pixel();
            spoil(request);
            Status status = await GrpcClient.FailureAsync(client.Models.ModelInferAsync(request));
            Assert.Equal((StatusCode.InvalidArgument, fault), (status.StatusCode, status.Detail));
        }
    }

    private static (Action<ModelInferRequest> Spoil, string Fault)[] Spoilt =>
    [
        (request => request.RawInputContents[0] = ByteString.CopyFrom(1, 2),
            "the length of raw_input_contents[0] is 2: shape [1,1,1] of UINT8 takes 1 bytes"),
        (request => request.RawInputContents.Add(ByteString.Empty),
            "raw_input_contents holds 2 tensors: accepted is one, as there is one input"),
        (request => request.Inputs[0].Contents = new() { UintContents = { 7 } },
            "input 'image' has both contents and raw_input_contents: accepted is one of the two"),
        (request => request.RawInputContents.Clear(),
            "input 'image' has no data: expected uint_contents of UINT8, fp32_contents of FP32, or raw_input_contents"),
        (request => Type(request, new() { UintContents = { 300 } }),
            "uint_contents[0] is 300: UINT8 holds whole numbers 0–255"),
        (request => Type(request, new() { UintContents = { 1, 2 } }),
            "uint_contents holds 2 numbers: shape [1,1,1] of UINT8 holds 1"),
        (request => Type(request, new() { IntContents = { 7 } }),
            "uint_contents holds 0 numbers: shape [1,1,1] of UINT8 holds 1"),
        (request => request.Inputs.Clear(),
            "inputs holds 0 tensors: accepted is exactly one, named 'image'; images are batched along its first axis"),
        (request => request.Inputs[0].Parameters["binary_data_size"] = new() { Int64Param = 1 },
            "parameter 'binary_data_size' has no meaning over gRPC, where bytes know their length"),
        (request => request.Parameters["target_radius"] = new() { DoubleParam = double.NaN },
            "parameter 'target_radius' is \"NaN\": accepted are numbers above 0"),
    ];

    private static void Type(ModelInferRequest request, InferTensorContents contents)
    {
        request.RawInputContents.Clear();
        request.Inputs[0].Contents = contents;
    }

    // As bytes: no client's library writes such messages.
    public static TheoryData<string, string, string> Messages => new()
    {
        { "/inference.GRPCInferenceService/ModelMetadata", "0a01ff",
            "inference.ModelMetadataRequest.name is no text: accepted is UTF-8" },
        { "/grpc.health.v1.Health/Check", "0a01ff",
            "grpc.health.v1.HealthCheckRequest.service is no text: accepted is UTF-8" },
        { "/inference.GRPCInferenceService/ModelInfer", "2207" + "0a01ff" + "12021001",
            "inference.ModelInferRequest.ParametersEntry.key is no text: accepted is UTF-8" },
        { "/inference.GRPCInferenceService/ModelInfer", "2207" + "0a0161" + "12021001" + "2207" + "0a0161" + "12021002",
            "ModelInferRequest has parameters 'a' twice" },
        { "/inference.GRPCInferenceService/ModelMetadata", "0a0161" + "0a0162",
            "ModelMetadataRequest has name twice" },
        { "/dualrs.v1.Certifier/Certify", "0a0107" + "12020a00", "CertifyRequest has one of picture, levels twice" },
    };

    [Theory, MemberData(nameof(Messages))]
    public async Task What_each_reader_of_protobuf_takes_otherwise_is_refused(string method, string hex, string fault)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        Marshaller<byte[]> plain = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
        string[] names = method.Split('/');
        Status status = await GrpcClient.FailureAsync(client.Channel.CreateCallInvoker().AsyncUnaryCall(
            new Method<byte[], byte[]>(MethodType.Unary, names[1], names[2], plain, plain), host: null, new(),
            Convert.FromHexString(hex)));
        Assert.Equal((StatusCode.InvalidArgument, fault), (status.StatusCode, status.Detail));
    }

    [Fact]
    public async Task A_model_or_a_version_that_is_not_there_is_NOT_FOUND()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        ModelInferRequest model = GrpcClient.Pixel(), version = GrpcClient.Pixel();
        (model.ModelName, version.ModelVersion) = ("nobody", "9");
        Assert.Equal(
            new Status(StatusCode.NotFound, "there is no model 'nobody': served are dualrs, router, e0, e1"),
            Plain(await GrpcClient.FailureAsync(client.Models.ModelInferAsync(model))));
        Assert.Equal(
            new Status(StatusCode.NotFound, "model dualrs has no version '9': served is 1"),
            Plain(await GrpcClient.FailureAsync(client.Models.ModelInferAsync(version))));
    }

    [Fact]
    public async Task A_key_opens_what_its_scopes_name_and_health_needs_none()
    {
        await WriteKeysAsync("one infer @key1");
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), new ApiKeyFile(_file), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        Assert.True((await client.Models.ServerReadyAsync(new())).Ready);
        Assert.Equal(
            new Status(StatusCode.Unauthenticated, "a key is needed: send it as Authorization: Bearer KEY"),
            Plain(await GrpcClient.FailureAsync(client.Models.ModelInferAsync(GrpcClient.Pixel()))));
        Metadata key = GrpcClient.KeyOf("key1");
        Assert.Equal("dualrs", (await client.Models.ModelInferAsync(GrpcClient.Pixel(), key)).ModelName);
        Assert.Equal(
            new Status(StatusCode.PermissionDenied, "key 'one' lacks scope admin"),
            Plain(await GrpcClient.FailureAsync(
                client.Models.RepositoryModelUnloadAsync(new() { ModelName = "e0" }, key))));
    }

    [Fact]
    public async Task A_key_draws_what_its_allowance_holds_and_is_then_told_when_to_ask_again()
    {
        await WriteKeysAsync("one infer @key1 samples=110/day");
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits), new ApiKeyFile(_file), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        using AsyncUnaryCall<ModelInferResponse> first =
            client.Models.ModelInferAsync(GrpcClient.Pixel(), GrpcClient.KeyOf("key1"));
        await first;
        Assert.StartsWith("\"samples\";r=0;", (await first.ResponseHeadersAsync).GetValue("ratelimit"));
        RpcException second = await Assert.ThrowsAsync<RpcException>(
            () => client.Models.ModelInferAsync(GrpcClient.Pixel(), GrpcClient.KeyOf("key1")).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, second.StatusCode);
        Assert.StartsWith("this request may draw up to 110 samples, and the allowance of key 'one'",
            second.Status.Detail, StringComparison.Ordinal);
        Assert.InRange(int.Parse(second.Trailers.GetValue("retry-after")!), 1, 24 * 60 * 60);
        Assert.Contains(
            "dualrs_requests_total{address=\"/inference.GRPCInferenceService/ModelInfer\",outcome=\"limited\"} 1\n",
            await MetricsAsync(daemon), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_RESOURCE_EXHAUSTED()
    {
        ServingLimits limits = new() { BodyBytes = 1 << 16 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        ModelInferRequest request = GrpcClient.Request(new byte[1 << 17], 1 << 17, 1, 1);
        Status status = await GrpcClient.FailureAsync(client.Models.ModelInferAsync(request));
        Assert.Equal(StatusCode.ResourceExhausted, status.StatusCode);
        Assert.StartsWith("the body is larger than 65536 bytes", status.Detail, StringComparison.Ordinal);
        Assert.Equal("dualrs", (await client.Models.ModelInferAsync(GrpcClient.Pixel())).ModelName);
    }

    [Fact]
    public async Task A_message_without_images_is_small_however_long_its_call_is_open()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        string service = new('x', 1 << 20);
        using AsyncServerStreamingCall<HealthCheckResponse> watched = client.Health.Watch(new() { Service = service });
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => watched.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(RunningDaemon.Patience));
        const string Fault = "the body is larger than 16384 bytes once it is unpacked: this method takes no images";
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.StartsWith(Fault, refused.Status.Detail, StringComparison.Ordinal);
        Status status = await GrpcClient.FailureAsync(client.Models.ModelReadyAsync(new() { Name = service }));
        Assert.StartsWith(Fault, status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1alpha")]
    public async Task Questions_to_reflection_are_small(string version)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        Method<byte[], byte[]> method = new(
            MethodType.DuplexStreaming, $"grpc.reflection.{version}.ServerReflection", "ServerReflectionInfo",
            Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));
        using AsyncDuplexStreamingCall<byte[], byte[]> call =
            client.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, default);
        await call.RequestStream.WriteAsync(new byte[8 << 10]);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(RunningDaemon.Patience));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
    }

    [Fact]
    public async Task A_message_of_very_many_small_fields_is_refused_before_it_becomes_objects()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        ModelInferRequest inputs = GrpcClient.Pixel(), extents = GrpcClient.Pixel();
        inputs.Inputs.Add(Enumerable.Range(0, 10_001).Select(_ => new ModelInferRequest.Types.InferInputTensor()));
        extents.Inputs[0].Shape.Add(Enumerable.Repeat(1L, 10_001));
        foreach (ModelInferRequest request in (ModelInferRequest[])[inputs, extents])
            Assert.Equal(
                new Status(StatusCode.InvalidArgument,
                    "the message has more than 10000 fields beside the values of its tensors"),
                Plain(await GrpcClient.FailureAsync(client.Models.ModelInferAsync(request))));
    }

    [Fact]
    public void A_tag_of_more_than_32_bits_hides_no_field_of_a_message()
    {
        ModelInferRequest request = new() { Inputs = { new ModelInferRequest.Types.InferInputTensor() } };
        request.Inputs[0].Shape.Add(Enumerable.Repeat(1L, 10_001));
        byte[] plain = request.ToByteArray();
        // Bit 32 of the tag, beside those of the field.
        byte[] message = [(byte)(plain[0] | 0x80), 0x80, 0x80, 0x80, 0x10, .. plain[1..]];
        Assert.Equal(request, ModelInferRequest.Parser.ParseFrom(message));
        Assert.Equal("the message is no inference.ModelInferRequest of protobuf 3",
            MessageFields.Fault(message, ModelInferRequest.Descriptor, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task What_follows_a_message_hides_nothing_of_it(int behind)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        ModelInferRequest request = new();
        request.Inputs.Add(Enumerable.Range(0, 10_001).Select(_ => new ModelInferRequest.Types.InferInputTensor()));
        byte[] message = request.ToByteArray(), body = new byte[5 + message.Length + behind];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body, 5);
        using HttpClient http2 = new() { BaseAddress = daemon.GrpcAddress, Timeout = RunningDaemon.Patience };
        using HttpRequestMessage call = new(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/grpc") } },
        };
        HttpResponseMessage refused = await http2.SendAsync(call);
        Assert.Equal($"{(int)StatusCode.InvalidArgument}", refused.Headers.GetValues("grpc-status").Single());
        Assert.StartsWith("the message has more than 10000 fields",
            refused.Headers.GetValues("grpc-message").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_queue_is_full_a_call_is_told_when_to_ask_again()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ToyVoter voter = new(cancelled => gate.Task.WaitAsync(cancelled));
        ServingLimits limits = new() { Waiting = 0 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(voter, limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        using AsyncUnaryCall<ModelInferResponse> first = client.Models.ModelInferAsync(GrpcClient.Pixel());
        await voter.Asked;
        RpcException second = await Assert.ThrowsAsync<RpcException>(
            () => client.Models.ModelInferAsync(GrpcClient.Pixel()).ResponseAsync);
        Assert.Equal(
            new Status(StatusCode.ResourceExhausted,
                "0 requests wait already: ask again after the time in Retry-After"), Plain(second.Status));
        Assert.Equal("1", second.Trailers.GetValue("retry-after"));
        gate.SetResult();
        Assert.Equal("dualrs", (await first).ModelName);
    }

    [Fact]
    public async Task A_call_whose_time_is_over_is_DEADLINE_EXCEEDED()
    {
        ServingLimits limits = new();
        ServedModel model = ToyModel.Of(
            new ToyVoter(cancelled => Task.Delay(Timeout.Infinite, cancelled)), limits);
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            limits, (_, _) => Task.FromResult(model), clock: new Late(), grpc: true);
        await daemon.Log.Of(2);
        using GrpcClient client = new(daemon.GrpcAddress);
        DateTime end = TimeProvider.System.GetUtcNow().UtcDateTime + RunningDaemon.Patience;
        Status status = await GrpcClient.FailureAsync(
            client.Models.ModelInferAsync(GrpcClient.Pixel(), deadline: end));
        Assert.Equal(StatusCode.DeadlineExceeded, status.StatusCode);
        Assert.StartsWith("the deadline passed before ", status.Detail, StringComparison.Ordinal);
        Assert.Contains(
            "dualrs_requests_total{address=\"/inference.GRPCInferenceService/ModelInfer\",outcome=\"late\"} 1\n",
            await MetricsAsync(daemon), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, 59)]
    [InlineData(5, 4.5)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void An_answer_is_due_so_much_before_its_caller_ends_the_call_that_it_arrives(double left, double due)
    {
        Late clock = new();
        Assert.Equal(TimeSpan.FromSeconds(due),
            CallDeadline.Of(clock.GetUtcNow().UtcDateTime.AddSeconds(left), clock));
        Assert.Null(CallDeadline.Of(DateTime.MaxValue, clock));
    }

    // A clock that stands, long after now.
    private sealed class Late : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_is_given_up()
    {
        ToyVoter voter = new(cancelled => Task.Delay(Timeout.Infinite, cancelled));
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(voter, limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        using AsyncUnaryCall<ModelInferResponse> call = client.Models.ModelInferAsync(GrpcClient.Pixel());
        await voter.Asked;
        call.Dispose();
        Assert.StartsWith("the caller is gone", await daemon.Log.Of(CallerGone));
    }

    [Fact]
    public async Task Before_the_networks_are_loaded_models_are_UNAVAILABLE()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            new(), async (_, stopping) =>
            {
                await Task.Delay(Timeout.Infinite, stopping);
                throw new InvalidOperationException();
            }, grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        Assert.Equal(
            new Status(StatusCode.Unavailable,
                "the server is still loading its networks: ask again once /v2/health/ready answers 200"),
            Plain(await GrpcClient.FailureAsync(client.Models.ModelInferAsync(GrpcClient.Pixel()))));
        Assert.True((await client.Models.ServerLiveAsync(new())).Live);
        Assert.False((await client.Models.ServerReadyAsync(new())).Ready);
        Assert.False((await client.Models.ModelReadyAsync(new() { Name = "dualrs" })).Ready);
    }

    private static Status Plain(Status status) => new(status.StatusCode, status.Detail);

    private static async Task<string> MetricsAsync(RunningDaemon daemon)
    {
        using HttpRequestMessage metrics = new(HttpMethod.Get, "/metrics");
        metrics.Headers.Authorization = new("Bearer", "key1");
        return await (await daemon.Client.SendAsync(metrics)).Content.ReadAsStringAsync();
    }

    private Task WriteKeysAsync(string line)
    {
        string key = line[(line.IndexOf('@') + 1)..].Split(' ')[0];
        return File.WriteAllTextAsync(_file, line.Replace(
            $"@{key}", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
            StringComparison.Ordinal));
    }
}
