using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving;

/// <summary>Triton's logging extension.</summary>
public sealed class LoggingTests
{
    private const string Address = "/v2/logging";
    private const int Answered = 10, Changed = 33;

    private static readonly ServingLimits Limits = new();

    [Fact]
    public async Task A_level_that_is_switched_off_is_silent_until_it_is_switched_on()
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Of(ToyModel.AtOnce(), Limits));
        (HttpStatusCode status, JsonNode off) = await daemon.PostAsync("""{"log_info":false}""", Address);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """
            {"log_file":"","log_info":false,"log_warning":true,"log_error":true,"log_verbose_level":0,
            "log_format":"ISO8601"}
            """.ReplaceLineEndings(""), off.ToJsonString());
        Assert.Equal("levels that are logged: information False, warning True, error True",
            await daemon.Log.Of(Changed));
        await daemon.PostAsync(ToyModel.Body);
        Assert.False(daemon.Log.Has(Answered));
        Assert.Equal("false", (await daemon.GetAsync(Address)).Body["log_info"]!.ToJsonString());
        await daemon.PostAsync(
            """{"log_info":true,"log_file":"","log_verbose_level":0,"log_format":"ISO8601"}""", Address);
        await daemon.PostAsync(ToyModel.Body);
        await daemon.Log.Of(Answered);
    }

    [Theory]
    [InlineData("""{"log_info":false,"log_file":"/tmp/x"}""", "log_file is '/tmp/x': accepted is \"\"")]
    [InlineData("""{"log_info":false,"log_format":"default"}""", "log_format is 'default': accepted is ISO8601")]
    [InlineData("""{"log_info":false,"log_verbose_level":1}""", "log_verbose_level is 1: accepted is 0")]
    [InlineData("""{"log_info":false,"log_debug":true}""", "the body is not an object {log_info?, ")]
    [InlineData("""{"log_info":"no"}""", "the body is not an object {log_info?, ")]
    public async Task What_cannot_be_changed_is_refused_and_then_nothing_is(string body, string reason)
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, ToyModel.Of(ToyModel.AtOnce(), Limits));
        (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(body, Address);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(reason, (string?)answer["error"]);
        Assert.Equal("true", (await daemon.GetAsync(Address)).Body["log_info"]!.ToJsonString());
    }

    [Fact]
    public async Task Who_may_only_ask_may_look_and_change_nothing()
    {
        string file = Path.GetTempFileName();
        try
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("secret")));
            await File.WriteAllTextAsync(file, $"me infer {hash}\n");
            await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
                Limits, ToyModel.Of(ToyModel.AtOnce(), Limits), new ApiKeyFile(file));
            daemon.Client.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
            Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync(Address)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await daemon.PostAsync("{}", Address)).Status);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
