using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Router.Experts.Cards;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving;

[Collection(BundledModel.Name)]
public sealed class BinaryTensorTests(BundledModel bundled)
{
    private const string Sampling = "\"estimation\":100,\"selection\":10,\"seed\":7";

    [Fact]
    public async Task Bytes_and_numbers_get_one_answer_whatever_the_datatype()
    {
        byte[] pixels = [.. ProbePatterns.Levels(0), .. ProbePatterns.Levels(2)];
        (_, JsonNode expected) = await bundled.Daemon.PostAsync(InferBodies.Bytes(pixels, "2,3,32,32", Sampling));
        byte[] fractions = new byte[pixels.Length * 4];
        for (int i = 0; i < pixels.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(fractions.AsSpan(4 * i), pixels[i] / 255f);

        (HttpStatusCode status, JsonNode answer) = await RunningDaemon.ReadAsync(
            await PostAsync(Json("UINT8", "2,3,32,32", pixels.Length, Sampling), pixels));
        Assert.Equal((HttpStatusCode.OK, expected.ToJsonString()), (status, answer.ToJsonString()));
        (status, answer) = await RunningDaemon.ReadAsync(
            await PostAsync(Json("FP32", "2,3,32,32", fractions.Length, Sampling), fractions));
        Assert.Equal((HttpStatusCode.OK, expected.ToJsonString()), (status, answer.ToJsonString()));
    }

    [Fact]
    public async Task Outputs_come_as_little_endian_bytes_behind_the_JSON_in_their_order()
    {
        byte[] pixels = [.. ProbePatterns.Levels(0), .. ProbePatterns.Levels(2)];
        (_, JsonNode expected) = await bundled.Daemon.PostAsync(InferBodies.Bytes(pixels, "2,3,32,32", Sampling));
        string json = Json("UINT8", "2,3,32,32", pixels.Length, Sampling + ",\"binary_data_output\":true");
        json = json[..^1] + ""","outputs":[{"name":"route"},{"name":"mix","parameters":{"binary_data":false}},"""
            + """{"name":"radius"},{"name":"class"},{"name":"route_sigma"}]}""";

        using HttpResponseMessage response = await PostAsync(json, pixels);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        int length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(),
            CultureInfo.InvariantCulture);
        JsonArray outputs = JsonNode.Parse(body.AsSpan(0, length))!["outputs"]!.AsArray();
        Assert.Equal(["route", "mix", "radius", "class", "route_sigma"],
            outputs.Select(output => (string)output!["name"]!));
        Assert.Equal([false, true, false, false, false],
            outputs.Select(output => output!.AsObject().ContainsKey("data")));

        using BinaryReader bytes = new(new MemoryStream(body, length, body.Length - length));
        foreach (string name in (string[])["route", "radius", "class", "route_sigma"])
        {
            long before = bytes.BaseStream.Position;
            JsonNode written = outputs.Single(output => (string?)output!["name"] == name)!;
            foreach (JsonNode? value in expected["outputs"]!.AsArray()
                .Single(output => (string?)output!["name"] == name)!["data"]!.AsArray())
                Assert.Equal(name == "route_sigma" ? JsonValue.Create((double)(decimal)value!)
                    .ToJsonString() : value!.ToJsonString(), name switch
                {
                    "route" => JsonValue.Create(Encoding.UTF8.GetString(bytes.ReadBytes(bytes.ReadInt32())))
                        .ToJsonString(),
                    "class" => bytes.ReadInt64().ToString(CultureInfo.InvariantCulture),
                    "route_sigma" => bytes.ReadSingle().ToString(CultureInfo.InvariantCulture),
                    _ => JsonValue.Create((double)bytes.ReadSingle()).ToJsonString(),
                });
            Assert.Equal((int)written["parameters"]!["binary_data_size"]!, bytes.BaseStream.Position - before);
        }
        Assert.Equal(bytes.BaseStream.Length, bytes.BaseStream.Position);
    }

    [Fact]
    public async Task A_compressed_body_with_bytes_counts_its_JSON_unpacked()
    {
        byte[] pixels = ProbePatterns.Levels(0);
        (_, JsonNode expected) = await bundled.Daemon.PostAsync(InferBodies.Bytes(pixels, "3,32,32", Sampling));
        (HttpStatusCode status, JsonNode answer) = await RunningDaemon.ReadAsync(
            await PostAsync(Json("UINT8", "3,32,32", pixels.Length, Sampling), pixels, packed: true));
        Assert.Equal((HttpStatusCode.OK, expected.ToJsonString()), (status, answer.ToJsonString()));
    }

    [Theory]
    [InlineData(3072, 3071, null, "binary_data_size is 3072, but 3071 bytes follow the JSON")]
    [InlineData(3071, 3071, null, "binary_data_size is 3071: shape [3,32,32] of UINT8 takes 3072 bytes")]
    [InlineData(3072, 3072, "9999999", "header Inference-Header-Content-Length is '9999999': accepted are whole "
        + "numbers up to the length of the body, ")]
    [InlineData(3072, 3072, "-1", "header Inference-Header-Content-Length is '-1': accepted are whole numbers")]
    [InlineData(3072, 3072, "0", "the body is not JSON")]
    [InlineData(-1, 3072, null, "parameter 'binary_data_size' is -1: accepted are whole numbers from 0")]
    public async Task Bytes_that_are_not_as_announced_are_refused(int announced, int sent, string? header, string error)
    {
        using HttpResponseMessage response = await PostAsync(
            Json("UINT8", "3,32,32", announced, Sampling), new byte[sent], header: header);
        (HttpStatusCode status, JsonNode body) = await RunningDaemon.ReadAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(error, (string?)body["error"]);
    }

    [Fact]
    public async Task Bytes_of_FP32_off_the_grid_are_refused_with_their_place()
    {
        byte[] bytes = new byte[4 * 3072];
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * 5), 0.3f);
        (HttpStatusCode status, JsonNode body) = await RunningDaemon.ReadAsync(
            await PostAsync(Json("FP32", "3,32,32", bytes.Length, Sampling), bytes));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("value 5 is 0.3: FP32 pixels must lie on the 8-bit grid", (string?)body["error"]);
    }

    [Fact]
    public async Task Bytes_nobody_announced_and_data_given_twice_are_refused()
    {
        string json = """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[0]}]}""";
        (_, JsonNode body) = await RunningDaemon.ReadAsync(await PostAsync(json, [1, 2]));
        Assert.StartsWith("2 bytes follow the JSON, but input 'image' has no parameter binary_data_size",
            (string?)body["error"]);
        json = """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","parameters":{"binary_data_size":"""
            + """2},"data":[0]}]}""";
        (_, body) = await RunningDaemon.ReadAsync(await PostAsync(json, [1, 2]));
        Assert.StartsWith("input 'image' has both data and binary_data_size", (string?)body["error"]);
    }

    [Fact]
    public async Task A_small_body_that_unpacks_beyond_the_limit_is_413_and_one_that_does_not_unpack_400()
    {
        ServingLimits limits = new() { BodyBytes = 10_000 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        byte[] packed = Pack(new byte[10_001]);
        Assert.True(packed.Length < 1000);
        (HttpStatusCode status, JsonNode body) = await RunningDaemon.ReadAsync(
            await daemon.Client.PostAsync(RunningDaemon.Infer, Gzip(packed)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.StartsWith("the body is larger than 10000 bytes once it is unpacked", (string?)body["error"]);

        (status, body) = await RunningDaemon.ReadAsync(
            await daemon.Client.PostAsync(RunningDaemon.Infer, Gzip([1, 2, 3])));
        Assert.Equal((HttpStatusCode.BadRequest, "the body is not gzip, as its Content-Encoding says, or is cut short"),
            (status, (string?)body["error"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Deflate_is_unpacked_as_zlib_and_bare_within_the_same_limit(bool zlib)
    {
        ServingLimits limits = new() { BodyBytes = 10_000 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        byte[] packed = Deflated(Encoding.UTF8.GetBytes(ToyModel.Body), zlib);
        (_, JsonNode expected) = await daemon.PostAsync(ToyModel.Body);
        (HttpStatusCode status, JsonNode answer) = await PostDeflatedAsync(daemon, packed);
        Assert.Equal((HttpStatusCode.OK, expected.ToJsonString()), (status, answer.ToJsonString()));

        (status, _) = await PostDeflatedAsync(daemon, Deflated(new byte[10_001], zlib));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        foreach (byte[] cut in (byte[][])[packed[..^20], packed[..2], packed[..1], []])
            Assert.Equal(HttpStatusCode.BadRequest, (await PostDeflatedAsync(daemon, cut)).Status);
        (status, answer) = await PostDeflatedAsync(daemon, [7, 7, 7]);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("the body is not deflate, as its Content-Encoding says, or is cut short",
            (string?)answer["error"]);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PostDeflatedAsync(
        RunningDaemon daemon, byte[] packed)
    {
        ByteArrayContent content = new(packed);
        content.Headers.Add("Content-Encoding", "deflate");
        return await RunningDaemon.ReadAsync(await daemon.Client.PostAsync(RunningDaemon.Infer, content));
    }

    private static byte[] Deflated(byte[] body, bool zlib)
    {
        using MemoryStream packed = new();
        using (Stream stream = zlib
            ? new ZLibStream(packed, CompressionLevel.Fastest)
            : new DeflateStream(packed, CompressionLevel.Fastest))
            stream.Write(body);
        return packed.ToArray();
    }

    private static string Json(string datatype, string shape, int size, string parameters) =>
        $$$"""{"id":"a","parameters":{{{{parameters}}}},"inputs":[{"name":"image","shape":["""
        + $$$"""{{{shape}}}],"datatype":"{{{datatype}}}","parameters":{"binary_data_size":{{{size}}}}}]}""";

    private async Task<HttpResponseMessage> PostAsync(
        string json, byte[] tensor, bool packed = false, string? header = null)
    {
        byte[] text = Encoding.UTF8.GetBytes(json), body = [.. text, .. tensor];
        HttpContent content = packed ? Gzip(Pack(body)) : new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add("Inference-Header-Content-Length", header
            ?? text.Length.ToString(CultureInfo.InvariantCulture));
        return await bundled.Daemon.Client.PostAsync(RunningDaemon.Infer, content);
    }

    private static ByteArrayContent Gzip(byte[] packed)
    {
        ByteArrayContent content = new(packed);
        content.Headers.Add("Content-Encoding", "gzip");
        return content;
    }

    private static byte[] Pack(byte[] body)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest)) gzip.Write(body);
        return packed.ToArray();
    }
}
