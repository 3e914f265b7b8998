using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Router.Experts.Cards;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>Requests with something broken in them, drawn from a fixed seed.</summary>
public sealed class MalformedRequestTests
{
    private const int Requests = 2000, Transmissions = 500, Failed = 14;

    private const string FailedRequests = "dualrs_requests_total{[^}]*outcome=\"failed\"";

    // Enough that what is kept of a tenth of the bodies shows; what the collector leaves lying about is less.
    private const long Growth = 64 << 20;

    private static readonly string[] Bodies =
    [
        ToyModel.Body,
        """{"id":"a","parameters":{"mode":"predict","estimation":50,"seed":18446744073709551615},"inputs":["""
        + """{"name":"image","shape":[2,1,1,1],"datatype":"FP32","data":[[[[0]]],[[[1]]]]}],"outputs":["""
        + """{"name":"class","parameters":{"binary_data":true}}]}""",
        """{"parameters":{"binary_data_output":true,"target_radius":0.1,"priority":3,"timeout":1000000},"inputs":["""
        + """{"name":"image","shape":[1,1,1],"datatype":"UINT8","parameters":{"binary_data_size":1}}]}!""",
        """{"parameters":{"content_type":"np","estimation":50,"estimation":60},"inputs":[{"name":"image","shape":"""
            + """[1,1,1],"datatype":"UINT8","parameters":{"content_type":"np"},"data":"""
            + """[7]}],"outputs":[{"name":"class","parameters":{"classification":0}}]}""",
        """{"ready":true}""",
        """{"parameters":{"unload_dependents":true,"a":{"b":[1]}}}""",
        "",
        .. ((int[])[32, 1000, 1100]).Select(side => Encoding.Latin1.GetString(LargePicture.Of(side, 1000))),
    ];

    private static readonly string[] Paths =
    [
        RunningDaemon.Infer, "/v2/models/e0/infer", "/v2/models/router/infer", "/v2/models/router/versions/1/infer",
        "/v2/models/s025/infer", "/v1/certify?target_radius=.1&selection=10&estimation=50",
        "/v1/certify?estimation=100", "/v1/certify?record=true&mix=e0&deadline_ms=50",
        "/v2/repository/index", "/v2/repository/models/e0/load", "/v2/repository/models/e0/unload",
        "/v1/certify?trace=1&sed=1", "/v2/models/%2e%2e/infer", "/v2/models/\u00ff%00/stats", "/metrics",
        "/openapi/v1.json", "/v2",
    ];

    private static readonly string[] Values =
    [
        "-1", "0", "1", "1e400", "-0.0", "99999999999999999999", "null", "true", "\"\"", "\"\\ud800\"", "[]", "{}",
        "[[[[[[]]]]]]", "2147483648", "9223372036854775807", "NaN", "\"class\"", "\u0000",
    ];

    private static readonly string[] Sizes = [
        "ffffffffffffffff", "7fffffffffffffff", "-5", "zz", "0", "1;x=\"", "fffffff", ""];

    private static readonly string[] Types = ["application/json", "application/octet-stream", "image/png", "image/jpeg",
        "text/plain", "application/json; charset=utf-16", ";;", ""];

    private static readonly string[] Lengths = ["0", "1", "-1", "197", "198", "4294967296", "x", " 7", "7,7"];

    [Fact]
    public async Task None_of_many_malformed_requests_is_answered_with_a_fault_of_the_server()
    {
        ServingLimits limits = new() { BodyBytes = 4096 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        Draws draws = new(20261123);
        HashSet<HttpStatusCode> seen = [];
        for (int i = 0; i < Requests; i++)
        {
            using HttpRequestMessage request = Request(draws, Bodies);
            using HttpResponseMessage response = await daemon.Client.SendAsync(request);
            Assert.True((int)response.StatusCode < 500 || response.StatusCode == HttpStatusCode.ServiceUnavailable
                && request.RequestUri!.ToString().Contains("deadline_ms"),
                $"request {i}: {response.StatusCode} to {request}");
            string text = await response.Content.ReadAsStringAsync();
            // What is no HTTP at all never reaches the gateway, whose own answers have a body, but for those to HEAD.
            if (text.Length == 0 && request.Method != HttpMethod.Head)
                Assert.Equal((HttpStatusCode.BadRequest, true),
                    (response.StatusCode, request.RequestUri!.ToString().Contains("%00")));
            else if (text.Length > 0 && (int)response.StatusCode >= 400
                && response.Content.Headers.ContentType!.MediaType == "application/json")
                Assert.NotNull((string?)JsonNode.Parse(text)!["error"]);
            seen.Add(response.StatusCode);
        }
        // They are malformed in many ways, and some are not at all.
        Assert.Superset(
            new HashSet<HttpStatusCode> { HttpStatusCode.OK, HttpStatusCode.BadRequest,
                HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.UnsupportedMediaType,
                HttpStatusCode.RequestEntityTooLarge },
            seen);
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body)).Status);
        await AssertNothingFailedAsync(daemon);
    }

    [Fact]
    public async Task None_of_many_broken_transmissions_is_a_failure_of_the_server()
    {
        ServingLimits limits = new() { BodyBytes = 4096, ConnectionsOfAddress = ServingLimits.DefaultConnections };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        Draws draws = new(20261128);
        int answered = 0;
        for (int i = 0; i < Transmissions; i++)
        {
            byte[] sent = Encoding.Latin1.GetBytes(Chunked(draws));
            for (int changes = draws.Below(3); changes > 0; changes--) sent = Broken(sent, draws);
            using RawConnection connection = await RawConnection.OpenAsync(daemon.Client.BaseAddress!.Port);
            await connection.SendAsync(Encoding.Latin1.GetString(sent));
            if (draws.Below(4) == 0)
            {
                connection.Reset();
                continue;
            }
            connection.SayNoMore();
            string answer = await connection.ReadToEndAsync();
            // 505 is the server's word for another version of HTTP.
            string status = answer.Split(' ', 3) is [_, var code, _] ? code : "";
            Assert.False(status.StartsWith('5') && status != "505",
                $"transmission {i}: {answer}\nto {Encoding.Latin1.GetString(sent)}");
            if (answer.Length > 0) answered++;
        }
        // How many of those that say no more are answered depends on what the server sees first; a whole one always is.
        Assert.InRange(answered, 1, Transmissions);
        using RawConnection last = await RawConnection.OpenAsync(daemon.Client.BaseAddress!.Port);
        await last.SendAsync("POST /v2/repository/index HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await last.ReadToEndAsync(), StringComparison.Ordinal);
        await AssertNothingFailedAsync(daemon);
    }

    [Fact]
    public async Task The_real_program_survives_ten_thousand_of_them_and_does_not_grow()
    {
        const int Callers = 4, PerCaller = 2500, Warm = 250;
        using ServeProcess program = ServeProcess.StartWith(
            Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"), "--urls", "http://127.0.0.1:0");
        using HttpClient client = new() { BaseAddress = new(
            (await program.LineWithAsync("listening at ")).Split(' ')[^1]), Timeout = RunningDaemon.Patience };
        await program.LineWithAsync("ready after");
        Task reading = program.LineWithAsync("stopped");
        string image = InferBodies.Bytes(
            ProbePatterns.Levels(2), "3,32,32", "\"mode\":\"predict\",\"estimation\":20,\"failure_probability\":0.05");
        string[] bodies = [.. Bodies, image, image];
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => AskAsync((ulong)caller, Warm)));
        long before = program.ResidentBytes;
        await Task.WhenAll(Enumerable.Range(Callers, Callers).Select(caller => AskAsync((ulong)caller, PerCaller)));
        Assert.InRange(program.ResidentBytes, 0, before + Growth);
        await program.SignalAsync("TERM");
        await reading;
        Assert.Equal(0, await program.ExitCodeAsync());

        async Task AskAsync(ulong seed, int count)
        {
            Draws draws = new(seed);
            for (int i = 0; i < count; i++)
            {
                using HttpRequestMessage request = Request(draws, bodies);
                byte[] sent = await request.Content!.ReadAsByteArrayAsync();
                using HttpResponseMessage response = await client.SendAsync(request);
                Assert.True((int)response.StatusCode < 500 || (response.StatusCode == HttpStatusCode.ServiceUnavailable
                    && request.RequestUri!.ToString().Contains("deadline_ms")),
                    $"request {i} of seed {seed}: {response.StatusCode} to {request}\n{Encoding.UTF8.GetString(sent)}");
            }
        }
    }

    private static async Task AssertNothingFailedAsync(RunningDaemon daemon)
    {
        // The client's own connection has been idle for long, and may be closed at any time.
        using HttpClient fresh = new() { BaseAddress = daemon.Client.BaseAddress, Timeout = RunningDaemon.Patience };
        Assert.DoesNotMatch(FailedRequests, await fresh.GetStringAsync("/metrics"));
        Assert.False(daemon.Log.Has(Failed));
    }

    // A whole request over HTTP/1.1, its body in chunks.
    private static string Chunked(Draws draws)
    {
        string body = draws.Of(Bodies[..^3]),
        coding = draws.Of(["", "Content-Encoding: deflate\r\n", "Content-Encoding: gzip\r\n"]);
        int cut = draws.Below(body.Length + 1);
        string first = cut > 0 ? $"{cut:x}\r\n{body[..cut]}\r\n" : "",
            size = draws.Below(3) > 0 ? $"{body.Length - cut:x}" : draws.Of(Sizes);
        string path = draws.Of(
            [RunningDaemon.Infer, "/v1/certify", "/v2/repository/index", "/v2/repository/models/e0/load"]);
        return $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
            + $"application/json\r\n{coding}Transfer-Encoding: "
            + $"chunked\r\n\r\n{first}{size}\r\n{body[cut..]}\r\n0\r\n\r\n";
    }

    private static HttpRequestMessage Request(Draws draws, IReadOnlyList<string> bodies)
    {
        byte[] body = Bytes(draws.Of(bodies));
        for (int changes = draws.Below(4); changes > 0; changes--) body = Broken(body, draws);
        if (draws.Below(10) == 0) return Packed(body, draws);
        return Request(body, draws);
    }

    // Packed as it says, and sometimes broken after that.
    private static HttpRequestMessage Packed(byte[] body, Draws draws)
    {
        using MemoryStream packed = new();
        int coding = draws.Below(3);
        using (Stream stream = coding switch
        {
            0 => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            1 => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true),
        })
            stream.Write(body);
        byte[] sent = packed.ToArray();
        HttpRequestMessage request = Request(draws.Below(3) == 0 ? Broken(sent, draws) : sent, draws);
        request.Content!.Headers.Remove("Content-Encoding");
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", coding == 0 ? "gzip" : "deflate");
        return request;
    }

    private static HttpRequestMessage Request(byte[] body, Draws draws)
    {
        ByteArrayContent content = new(body);
        if (draws.Below(8) > 0) content.Headers.TryAddWithoutValidation(
            "Content-Type", draws.Below(3) > 0 ? Types[0] : draws.Of(Types));
        if (draws.Below(3) == 0) content.Headers.TryAddWithoutValidation("Inference-Header-Content-Length",
            draws.Below(2) == 0 ? $"{Math.Max(0, body.Length - 1)}" : draws.Of(Lengths));
        if (draws.Below(10) == 0) content.Headers.TryAddWithoutValidation(
            "Content-Encoding", draws.Of(["gzip", "deflate", "br", "gzip, gzip", "identity"]));
        HttpMethod method = draws.Below(
            12) switch { 0 => HttpMethod.Put, 1 => HttpMethod.Get, 2 => HttpMethod.Head, _ => HttpMethod.Post };
        HttpRequestMessage request = new(method, draws.Of(Paths)) { Content = content };
        // The server closes a connection whose request it could not read to its end: the next one must not be on it.
        request.Headers.ConnectionClose = true;
        if (draws.Below(5) == 0) request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (draws.Below(20) == 0)
            request.Headers.TryAddWithoutValidation("Authorization", draws.Of(["Bearer", "Bearer x", "Basic eDp5"]));
        return request;
    }

    // Text is UTF-8; a picture stands there as the bytes that it is.
    private static byte[] Bytes(string body) =>
        body.StartsWith('\u0089') ? Encoding.Latin1.GetBytes(body) : Encoding.UTF8.GetBytes(body);

    private static byte[] Broken(byte[] body, Draws draws)
    {
        int at = draws.Below(body.Length + 1);
        switch (draws.Below(6))
        {
            case 0: // cut short
                return body[..at];
            case 1: // a byte changed
                if (at < body.Length) body[at] = (byte)draws.Below(256);
                return body;
            case 2: // something in between
                return [.. body[..at], .. Encoding.UTF8.GetBytes(draws.Of(Values)), .. body[at..]];
            case 3: // twice
                return [.. body[..at], .. body];
            case 4: // a number replaced
                int digit = Array.FindIndex(body, Math.Min(at, Math.Max(0, body.Length - 1)),
                    Math.Max(0, body.Length - at), value => char.IsAsciiDigit((char)value));
                return digit < 0 ? body : [
                    .. body[..digit], .. Encoding.UTF8.GetBytes(draws.Of(Values)), .. body[(digit + 1)..]];
            default: // long
                return draws.Below(4) == 0 ? [.. body, .. Enumerable.Repeat((byte)' ', 5000)] : body;
        }
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    private sealed class Draws(ulong seed)
    {
        private ulong _state = seed;

        public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

        public int Below(int limit)
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)limit);
        }
    }
}
