using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Router.Data;
using Router.Estimator;
using Router.Host.Serving.Http;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>A small file may be a large picture: what is unpacked, when, and for whom.</summary>
public sealed class PictureTests : IDisposable
{
    private readonly string _keys = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_keys);

    [Fact]
    public async Task Who_may_not_draw_has_nothing_unpacked()
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("key")));
        await File.WriteAllTextAsync(_keys, $"one infer {hash} samples=150/day\n");
        await using RunningDaemon daemon = await ReadyAsync(new(), new(_keys));
        // That it is damaged shows where it is unpacked alone. What was not drawn for it goes back.
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(daemon, Fixture("damaged.png"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(daemon, Fixture("rgb.png"))).StatusCode);
        using HttpResponseMessage refused = await PostAsync(daemon, Fixture("damaged.png"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Theory]
    [InlineData("cifar10", 1024, 1024, null, true)]
    [InlineData("cifar10", 1024, 1025, null, false)]
    [InlineData("cifar10", 4096, 4096, null, false)]
    [InlineData("cifar10", 8192, 64, null, true)]
    [InlineData("cifar10", 1024, 1025, 1_049_600L, true)]
    [InlineData("imagenet", 4288, 2848, null, true)]
    [InlineData("imagenet", 4096, 4096, null, true)]
    [InlineData("imagenet", 4096, 4097, null, false)]
    public void What_a_picture_announces_is_held_to_what_its_data_set_has_use_for(
        string dataSet, int width, int height, long? told, bool fits)
    {
        PictureReader reader = new(new() { PicturePixels = told });
        string? objection = reader.Objection(Header(width, height), DataSetKind.Find(dataSet)!);
        string refusal = $"the picture cannot be used: the image has {width}×{height} pixels, more than the ";
        if (fits) Assert.Null(objection);
        else Assert.StartsWith(refusal, objection, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Few_are_unpacked_at_once_so_many_wait_and_the_next_is_turned_away()
    {
        using SemaphoreSlim begun = new(0);
        using ManualResetEventSlim gate = new();
        ImageDecoding image = ImageFile.Decode(Fixture("rgb.png"), ImageLimits.Default);
        PictureReader reader = new(new() { Waiting = 1 }, (_, _) =>
        {
            begun.Release();
            gate.Wait(RunningDaemon.Patience);
            return image;
        });
        Task<bool> ReadAsync() => Task.Run(
            async () => (await reader.ReadAsync(new byte[1], DataSetKind.Cifar10, "one", default)).Input is not null);
        List<Task<bool>> reading = [];
        for (int i = 0; i < PictureReader.AtOnce; i++)
        {
            reading.Add(ReadAsync());
            Assert.True(await begun.WaitAsync(RunningDaemon.Patience));
        }
        // Of two more one waits and the other is turned away, whoever comes first.
        Task<bool>[] further = [ReadAsync(), ReadAsync()];
        Assert.False(await await Task.WhenAny(further).WaitAsync(RunningDaemon.Patience));
        gate.Set();
        Assert.All(await Task.WhenAll(reading), Assert.True);
        Assert.Single(await Task.WhenAll(further), found => found);
    }

    [Fact]
    public async Task Those_that_are_turned_away_are_told_when_to_ask_again()
    {
        await using RunningDaemon daemon = await ReadyAsync(new() { Waiting = 0 });
        byte[] picture = LargePicture.Of(1024, 1024);
        // Far more at once than are unpacked together; a busy machine may still let them come one after the other.
        List<HttpResponseMessage> answers = [];
        for (int wave = 0; wave < 20 && answers.All(answer => answer.StatusCode == HttpStatusCode.OK); wave++)
            answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => PostAsync(daemon, picture))));
        ILookup<HttpStatusCode, HttpResponseMessage> by = answers.ToLookup(answer => answer.StatusCode);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], by.Select(group => group.Key).Order());
        Assert.All(by[HttpStatusCode.TooManyRequests], answer => Assert.NotNull(answer.Headers.RetryAfter));
    }

    private static byte[] Fixture(string name) =>
        File.ReadAllBytes(Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", name));

    // What a file announces stands in its first 33 bytes: the rest belongs to a smaller picture.
    private static byte[] Header(int width, int height)
    {
        byte[] picture = LargePicture.Of(1, 1);
        BinaryPrimitives.WriteInt32BigEndian(picture.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(picture.AsSpan(20), height);
        return picture;
    }

    private static async Task<RunningDaemon> ReadyAsync(ServingLimits limits, ApiKeyFile? keys = null)
    {
        RoutedClassifier classifier = new(new Router.Estimator.Route("only", ToyModel.AtOnce()));
        ImmutableArray<int> shape = [3, 32, 32];
        return await RunningDaemon.ReadyAsync(limits, new(
            classifier, shape, new() { Selection = 10, Estimation = 100 }, ServedModel.FunctionsOf(classifier),
            secret: [1, 2, 3],
            TimeProvider.System, new AdmissionQueue(atOnce: 1, waiting: 1000), owned: null)
        {
            DataSet = DataSetKind.Cifar10,
        }, keys);
    }

    private static Task<HttpResponseMessage> PostAsync(RunningDaemon daemon, byte[] picture)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/certify") { Content = new ByteArrayContent(picture) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        request.Headers.Authorization = new("Bearer", "key");
        return daemon.Client.SendAsync(request);
    }
}
