using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DualRS.V1;
using Google.Protobuf;
using Grpc.Core;
using Router.Data;
using Router.Estimator;
using Router.Experts.Cards;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Smoothing.Records;
using Router.Votes;
using Tests;
using Cascade = Router.Smoothing.Cascade;

namespace Router.Host.Tests.Serving.Grpc;

/// <summary>Certificates that grow, over gRPC.</summary>
public sealed class CertifierTests
{
    private static readonly byte[] Picture = File.ReadAllBytes(
        Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png"));

    [Fact]
    public async Task Each_certificate_has_a_larger_radius_and_the_last_one_says_why_it_is_the_last()
    {
        await using RunningDaemon daemon = await ReadyAsync(new HalfwayVoter());
        using GrpcClient client = new(daemon.GrpcAddress);
        CertifyRequest request = Levels();
        request.Parameters["estimation"] = new() { Int64Param = 10_000 };
        List<Certificate> told = await AllAsync(client, request);
        Assert.True(told.Count > 2);
        double[] radii = [.. told.Select(certificate => certificate.Radius)];
        Assert.Equal(radii.Order(), radii);
        Assert.Equal([.. Enumerable.Repeat("", told.Count - 1), "nothing_can_change"],
            told.Select(certificate => certificate.Stopped));
        Assert.Equal(1, told[^1].Class);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_certificates_are_those_of_the_event_stream_of_HTTP(bool isCascade)
    {
        await using RunningDaemon daemon = await ReadyAsync(isCascade
            ? new RoutedClassifier(ToyModel.Routes(new HalfwayVoter(), new HalfwayVoter()), new Cascade(0.5m))
            : Alone(new HalfwayVoter()));
        using GrpcClient client = new(daemon.GrpcAddress);
        CertifyRequest request = new() { Picture = ByteString.CopyFrom(Picture) };
        request.Parameters["estimation"] = new() { Int64Param = 3000 };
        request.Parameters["seed"] = new() { Int64Param = 7 };
        List<Certificate> told = await AllAsync(client, request);
        Assert.True(told.Count > 2);
        Assert.All(told, certificate => Assert.Equal(isCascade ? "cascade" : "single", certificate.Certificate_));

        using HttpRequestMessage over = new(HttpMethod.Post, "/v1/certify?estimation=3000&seed=7")
        {
            Content = new ByteArrayContent(Picture) { Headers = { ContentType = new("image/png") } },
        };
        over.Headers.Accept.ParseAdd("text/event-stream");
        string events = await (await daemon.Client.SendAsync(over)).Content.ReadAsStringAsync();
        Assert.Equal(
            events.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
                .Select(line => Known(JsonNode.Parse(line["data: ".Length..])!.AsObject()).ToJsonString()),
            told.Select(certificate => Known(JsonNode.Parse(Formatter.Format(certificate))!.AsObject())
                .ToJsonString()));
    }

    // Integers of 64 bits are text in the JSON of messages; what is null over HTTP is not set.
    private static JsonFormatter Formatter { get; } = new(JsonFormatter.Settings.Default
        .WithPreserveProtoFieldNames(true).WithFormatDefaultValues(false));

    private static JsonObject Known(JsonObject told) => new(
        from member in told
        where member.Value is not null && member.Value.ToJsonString() is not ("0" or "\"\"")
        orderby member.Key
        select KeyValuePair.Create(member.Key, member.Key is "samples" or "route_sigma"
            ? JsonNode.Parse($"\"{(double)JsonNode.Parse(member.Value.ToString())!}\"") : member.Value.DeepClone()));

    [Fact]
    public async Task A_certificate_comes_with_a_record_that_holds()
    {
        await using RunningDaemon daemon = await ReadyAsync(new HalfwayVoter());
        using GrpcClient client = new(daemon.GrpcAddress);
        CertifyRequest request = Levels();
        request.Record = true;
        request.Parameters["target_radius"] = new() { DoubleParam = 0.3 };
        request.Parameters["estimation"] = new() { Int64Param = 10_000 };
        Certificate last = (await AllAsync(client, request))[^1];
        Assert.Equal("target_reached", last.Stopped);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(last.Record));
    }

    [Fact]
    public async Task A_network_that_fails_on_the_way_ends_the_stream_as_UNAVAILABLE_and_what_was_told_holds()
    {
        int asked = 0;
        await using RunningDaemon daemon = await ReadyAsync(new ToyVoter(_ =>
            ++asked <= 3 ? Task.CompletedTask : throw new VoterUnavailableException(new("toy"), "the device is gone")));
        using GrpcClient client = new(daemon.GrpcAddress);
        CertifyRequest request = Levels();
        request.Parameters["estimation"] = new() { Int64Param = 100_000 };
        using AsyncServerStreamingCall<Certificate> call = client.Certifier.Certify(request);
        int told = 0;
        RpcException broken = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None)) told++;
        });
        Assert.True(told > 0);
        Assert.Equal((StatusCode.Unavailable, "only cannot answer: the device is gone"),
            (broken.StatusCode, broken.Status.Detail));
    }

    [Fact]
    public async Task A_request_without_an_image_or_with_a_spoilt_one_is_refused()
    {
        await using RunningDaemon daemon = await ReadyAsync(new HalfwayVoter());
        using GrpcClient client = new(daemon.GrpcAddress);
        await RefusedAsync(new(), "the request has no image: expected picture or levels");
        await RefusedAsync(new() { Levels = ByteString.CopyFrom(1, 2) },
            "the length of levels is 2: shape [3,32,32] of UINT8 takes 3072 bytes");
        await RefusedAsync(new() { Picture = ByteString.CopyFrom(1, 2) }, "the picture cannot be used: ");

        async Task RefusedAsync(CertifyRequest request, string fault)
        {
            RpcException refused = await Assert.ThrowsAsync<RpcException>(() => AllAsync(client, request));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
            Assert.StartsWith(fault, refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Priority_and_deadline_of_a_stream_reach_whoever_votes_for_it()
    {
        HeardVoter voter = new(new HalfwayVoter());
        await using RunningDaemon daemon = await ReadyAsync(voter);
        using GrpcClient client = new(daemon.GrpcAddress);
        CertifyRequest request = Levels();
        request.Parameters["priority"] = new() { Int64Param = 4 };
        DateTime end = TimeProvider.System.GetUtcNow().UtcDateTime + RunningDaemon.Patience;
        using AsyncServerStreamingCall<Certificate> call = client.Certifier.Certify(request, deadline: end);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(RunningDaemon.Patience));
        Claim claim = voter.Claims.First();
        // The protocol's 5 is usual, and less goes first.
        Assert.Equal(1, claim.Priority);
        // What travels is the time that is left, and it counts from when it arrives.
        DateTime latest = TimeProvider.System.GetUtcNow().UtcDateTime + RunningDaemon.Patience;
        Assert.InRange(claim.Deadline!.Value.UtcDateTime, end - RunningDaemon.Patience, latest);
    }

    private sealed class HeardVoter(IVoter voter) : IVoter
    {
        public ConcurrentQueue<Claim> Claims { get; } = [];

        public FunctionId FunctionId => voter.FunctionId;

        public decimal Sigma => voter.Sigma;

        public int OutcomeCount => voter.OutcomeCount;

        public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
        {
            Claims.Enqueue(request.Claim);
            return voter.VoteAsync(request, cancellationToken);
        }
    }

    private static CertifyRequest Levels() => new() { Levels = ByteString.CopyFrom(ProbePatterns.Levels(0)) };

    private static async Task<List<Certificate>> AllAsync(GrpcClient client, CertifyRequest request)
    {
        using AsyncServerStreamingCall<Certificate> call = client.Certifier.Certify(request);
        List<Certificate> told = [];
        while (await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(RunningDaemon.Patience))
            told.Add(call.ResponseStream.Current);
        return told;
    }

    private static RoutedClassifier Alone(IVoter voter) => new(new Router.Estimator.Route("only", voter));

    private static Task<RunningDaemon> ReadyAsync(IVoter voter) => ReadyAsync(Alone(voter));

    private static async Task<RunningDaemon> ReadyAsync(RoutedClassifier classifier)
    {
        ServingLimits limits = new();
        ImmutableArray<int> shape = [3, 32, 32];
        return await RunningDaemon.ReadyAsync(limits, new(
            classifier, shape, new() { Selection = 10, Estimation = 100, Resolution = 0 },
            ServedModel.FunctionsOf(classifier), secret: [1, 2, 3], TimeProvider.System,
            new AdmissionQueue(atOnce: 1, limits.Waiting), owned: null)
        {
            DataSet = DataSetKind.Cifar10,
        }, grpc: true);
    }
}
