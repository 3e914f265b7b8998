using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using DualRS.V1;
using Google.Protobuf;
using Grpc.Core;
using Inference;
using Microsoft.AspNetCore.Http;
using Router.Data;
using Router.Estimator;
using Router.Host.Serving.Grpc;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Host.Tests.Serving.Grpc;

namespace Router.Host.Tests.Serving;

/// <summary>What bodies may take together while they are needed.</summary>
public sealed class BodyMemoryTests
{
    [Fact]
    public void The_beginning_of_a_body_is_always_taken_and_what_is_given_back_is_there_again()
    {
        BodyMemory memory = new(most: 200);
        BodyRoom first = new(memory, From("192.0.2.1")), second = new(memory, From("192.0.2.1"));
        Assert.Null(first.TryGrow(BodyMemory.AlwaysBytes));
        Assert.Equal(0, memory.TakenBytes);
        Assert.Null(first.TryGrow(BodyMemory.AlwaysBytes + 70));
        Assert.NotNull(second.TryGrow(BodyMemory.AlwaysBytes + 31));
        Assert.Null(second.TryGrow(BodyMemory.AlwaysBytes + 30));
        Assert.Equal(100, memory.TakenBytes);
        first.Dispose();
        first.Dispose();
        Assert.Null(second.TryGrow(BodyMemory.AlwaysBytes + 100));
        second.Dispose();
        Assert.Equal(0, memory.TakenBytes);
    }

    [Fact]
    public void One_party_takes_half_and_two_keep_a_third_out()
    {
        BodyMemory memory = new(most: 200);
        BodyRoom[] rooms = [.. Enumerable.Range(1, 3).Select(i => new BodyRoom(memory, From($"192.0.2.{i}")))];
        Assert.Equal((413, "the request takes more than 100 bytes of memory: send fewer images in one request, or "
            + "bytes instead of numbers"), Told(rooms[0].TryGrow(BodyMemory.AlwaysBytes + 101)));
        Assert.Null(rooms[0].TryGrow(BodyMemory.AlwaysBytes + 100));
        using BodyRoom further = new(memory, From("192.0.2.1"));
        Assert.Equal((429, "your other requests take all memory there is for the bodies of one caller: ask again in a "
            + "moment, or with fewer images"), Told(further.TryGrow(BodyMemory.AlwaysBytes + 1)));
        Assert.Null(rooms[1].TryGrow(BodyMemory.AlwaysBytes + 100));
        Assert.Equal((429, "the bodies of other requests take all memory there is for them: ask again in a moment, or "
            + "with fewer images"), Told(rooms[2].TryGrow(BodyMemory.AlwaysBytes + 1)));
        rooms[0].Dispose();
        Assert.Null(rooms[2].TryGrow(BodyMemory.AlwaysBytes + 1));

        static (int Status, string? Fault) Told(BodyReading? reading) => (reading!.Status, reading.Fault);
    }

    [Fact]
    public async Task Large_bodies_that_never_end_keep_out_large_ones_of_their_sender_alone_until_it_leaves()
    {
        const int Large = 900_000, Senders = 5;
        ServingLimits limits = new() { BodyBytes = 1_000_000 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        string large = ToyModel.Body + new string(' ', Large);
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(large)).Status);

        // Twice as much memory each: the fifth does not fit into 8 times the largest body.
        List<TcpClient> senders = [];
        for (int i = 0; i < Senders; i++) senders.Add(await SendAllButTheEndAsync(daemon.Client.BaseAddress!, Large));
        HttpResponseMessage refused;
        // One of them may have been turned away meanwhile, for this very request: another takes its place.
        while ((refused = await daemon.Client.PostAsync(RunningDaemon.Infer, RunningDaemon.Text(large)))
            .StatusCode == HttpStatusCode.OK)
            senders.Add(await SendAllButTheEndAsync(daemon.Client.BaseAddress!, Large));
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"),
            (refused.StatusCode, refused.Headers.RetryAfter!.ToString()));
        Assert.Contains("your other requests take all memory there is for the bodies of one caller",
            await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body)).Status);
        using HttpClient other = new(new SocketsHttpHandler { ConnectCallback = FromAnotherAddressAsync })
        {
            BaseAddress = daemon.Client.BaseAddress, Timeout = RunningDaemon.Patience,
        };
        Assert.Equal(HttpStatusCode.OK,
            (await other.PostAsync(RunningDaemon.Infer, RunningDaemon.Text(large))).StatusCode);

        foreach (TcpClient sender in senders) sender.Dispose();
        while ((await daemon.PostAsync(large)).Status != HttpStatusCode.OK) await Task.Yield();
    }

    /// <summary>Each takes a fifth of what one caller may, while it is read.</summary>
    [Theory]
    [InlineData("certificate")]
    [InlineData("events")]
    [InlineData("call")]
    [InlineData("levels")]
    [InlineData("infer")]
    public async Task While_samples_are_drawn_an_images_body_keeps_no_other_out(string kind)
    {
        const int Side = 256, Requests = 7;
        ServingLimits limits = new() { BodyBytes = 200 << 10 };
        using SemaphoreSlim begun = new(0);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RoutedClassifier classifier = new(new Router.Estimator.Route("only", new ToyVoter(cancelled =>
        {
            begun.Release();
            return gate.Task.WaitAsync(cancelled);
        })));
        ImmutableArray<int> shape = kind is "infer" or "levels" ? [3, Side, Side] : [3, 32, 32];
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, new(
            classifier, shape, new() { Selection = 10, Estimation = 100 }, ServedModel.FunctionsOf(classifier),
            secret: [1, 2, 3], TimeProvider.System, new AdmissionQueue(atOnce: Requests, limits.Waiting), owned: null)
        {
            DataSet = DataSetKind.Cifar10,
        }, grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        byte[] picture = LargePicture.Of(Side, Side, CompressionLevel.NoCompression);
        List<Task> answers = [];
        for (int i = 0; i < Requests; i++)
        {
            // As bytes of their own: what a test holds is no memory of the daemon.
            answers.Add(kind switch
            {
                "call" => EndAsync(client.Certifier.Certify(new() { Picture = ByteString.CopyFrom(picture) })),
                "levels" => EndAsync(client.Certifier.Certify(
                    new() { Levels = ByteString.CopyFrom(new byte[3 * Side * Side]) })),
                "infer" => client.Models.ModelInferAsync(
                    GrpcClient.Request(new byte[3 * Side * Side], 3, Side, Side)).ResponseAsync,
                _ => PostAsync(daemon, picture, kind == "events" ? "text/event-stream" : "application/json"),
            });
            Task asked = begun.WaitAsync();
            await await Task.WhenAny(asked, answers[i]).WaitAsync(RunningDaemon.Patience);
            Assert.True(asked.IsCompleted);
        }
        gate.SetResult();
        await Task.WhenAll(answers).WaitAsync(RunningDaemon.Patience);
    }

    [Theory]
    [InlineData("uint_contents", 1, 8)]
    [InlineData("uint64_contents", 1, 16)]
    [InlineData("fp32_contents", 4, 2)]
    public void Numbers_of_a_message_become_as_much_memory_as_their_lists_take(string field, int bytes, int growth)
    {
        InferTensorContents contents = new();
        if (field == "uint_contents") contents.UintContents.Add(new uint[1000]);
        else if (field == "uint64_contents") contents.Uint64Contents.Add(new ulong[1000]);
        else contents.Fp32Contents.Add(new float[1000]);
        ModelInferRequest request = new();
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Contents = contents });
        Assert.Null(MessageFields.Fault(request.ToByteArray(), ModelInferRequest.Descriptor, out long values));
        Assert.Equal(1000 * bytes * growth, values);
    }

    private static async Task EndAsync(AsyncServerStreamingCall<Certificate> call)
    {
        using (call)
            while (await call.ResponseStream.MoveNext(CancellationToken.None)) { }
    }

    private static async Task PostAsync(RunningDaemon daemon, byte[] picture, string accepted)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/certify")
        {
            Content = new ByteArrayContent(picture) { Headers = { ContentType = new("image/png") } },
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accepted));
        (await daemon.Client.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private static DefaultHttpContext From(string address) => new()
    {
        Connection = { RemoteIpAddress = IPAddress.Parse(address) },
    };

    private static async ValueTask<Stream> FromAnotherAddressAsync(
        SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<TcpClient> SendAllButTheEndAsync(Uri address, int length)
    {
        TcpClient client = new();
        await client.ConnectAsync(address.Host, address.Port);
        string head = string.Create(CultureInfo.InvariantCulture,
            $"POST {RunningDaemon.Infer} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            + $"application/json\r\nContent-Length: {length + 1}\r\n\r\n");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string(' ', length)));
        return client;
    }
}
