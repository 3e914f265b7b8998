using System.Net;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving;

public sealed class HeadTests
{
    [Fact]
    public async Task Whatever_is_read_with_GET_answers_HEAD_with_its_status_and_headers_and_no_body()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        string[] patterns = [.. daemon.Answered.Where(address => address.Method == "GET")
            .Select(address => address.Pattern)];
        Assert.Contains("/v2/health/ready", patterns);
        foreach (string pattern in (string[])[.. patterns, "/v2/models/nobody"])
        {
            string path = pattern.Replace("{model}", "dualrs", StringComparison.Ordinal)
                .Replace("{version}", "1", StringComparison.Ordinal)
                .Replace("{file}", "main.js", StringComparison.Ordinal);
            using HttpResponseMessage read = await daemon.Client.GetAsync(path);
            using RawConnection connection = await RawConnection.OpenAsync(daemon.Client.BaseAddress!.Port);
            await connection.SendAsync($"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            string[] told = (await connection.ReadToEndAsync()).Split("\r\n");
            Assert.StartsWith($"HTTP/1.1 {(int)read.StatusCode} ", told[0], StringComparison.Ordinal);
            // The last header, the empty line, and nothing behind it.
            Assert.Equal(["", ""], told[^2..]);
            Assert.Contains($"Content-Type: {read.Content.Headers.ContentType}", told);
            Assert.Equal(Others(read), told[1..^2].Where(IsOther).Order(StringComparer.Ordinal));
            // What is measured is another a moment later.
            string? length = told.SingleOrDefault(
                line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
            if (pattern != "/metrics" && length is not null)
                Assert.Equal($"Content-Length: {(await read.Content.ReadAsByteArrayAsync()).Length}", length);
        }
    }

    [Fact]
    public async Task What_is_done_with_POST_does_not_answer_HEAD()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        using HttpResponseMessage answer = await daemon.Client.SendAsync(new(HttpMethod.Head, RunningDaemon.Infer));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        using HttpResponseMessage put = await daemon.Client.PutAsync("/v2", RunningDaemon.Text("{}"));
        Assert.Equal(["GET", "HEAD"], put.Content.Headers.Allow.Order(StringComparer.Ordinal));
    }

    // Those that are not about this one message.
    private static bool IsOther(string header) =>
        header.Split(':')[0] is not (
            "Date" or "Connection" or "Content-Type" or "Content-Length" or "Transfer-Encoding");

    private static IEnumerable<string> Others(HttpResponseMessage read) =>
        read.Headers.Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Where(IsOther)
            .Order(StringComparer.Ordinal);
}
