using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Router.Evaluation;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving;

public sealed class AccessTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_key_opens_what_its_scopes_name_and_health_needs_none()
    {
        await WriteAsync(Line("one", "infer", "key1"), Line("boss", "infer,admin", "key2"));
        await using RunningDaemon daemon = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, HttpMethod.Get, "/v2/health/ready", null)).StatusCode);

        HttpResponseMessage none = await AskAsync(daemon, HttpMethod.Get, "/v2", null);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer realm=\"dualrs\""),
            (none.StatusCode, none.Headers.WwwAuthenticate.ToString()));
        Assert.Equal("a key is needed: send it as Authorization: Bearer KEY",
            (string?)JsonNode.Parse(await none.Content.ReadAsStringAsync())!["error"]);
        Assert.Equal(HttpStatusCode.Unauthorized,
            (await AskAsync(daemon, HttpMethod.Get, "/metrics", "key3")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, HttpMethod.Get, "/metrics", "key1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK,
            (await AskAsync(daemon, HttpMethod.Post, RunningDaemon.Infer, "key1", ToyModel.Body)).StatusCode);

        HttpResponseMessage lesser = await AskAsync(
            daemon, HttpMethod.Post, "/v2/repository/models/only/unload", "key1");
        Assert.Equal(HttpStatusCode.Forbidden, lesser.StatusCode);
        Assert.Equal("Bearer realm=\"dualrs\", error=\"insufficient_scope\", scope=\"admin\"",
            lesser.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.BadRequest,
            (await AskAsync(daemon, HttpMethod.Post, "/v2/repository/models/only/unload", "key2")).StatusCode);
    }

    [Fact]
    public async Task Keys_change_without_a_restart_and_a_spoilt_file_changes_nothing()
    {
        await WriteAsync(Line("one", "infer", "key1"));
        await using RunningDaemon daemon = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, HttpMethod.Get, "/v2", "key1")).StatusCode);
        await WriteAsync("# rotated", Line("second", "infer", "key2"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(daemon, HttpMethod.Get, "/v2", "key1")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, HttpMethod.Get, "/v2", "key2")).StatusCode);
        await WriteAsync("nonsense");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, HttpMethod.Get, "/v2", "key2")).StatusCode);
        Assert.Contains("(1): expected an id, scopes", await daemon.Log.Of(15));
    }

    [Fact]
    public async Task Keys_of_a_mounted_secret_change_where_a_link_on_their_way_is_turned()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dualrs");
        try
        {
            foreach (string version in (string[])["1", "2"])
            {
                string file = Path.Combine(folder.CreateSubdirectory(version).FullName, "keys.txt");
                await File.WriteAllTextAsync(file, Line("one", "infer", $"key{version}"));
                File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(int.Parse(version)));
            }
            string data = Path.Combine(folder.FullName, "..data");
            Directory.CreateSymbolicLink(data, "1");
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "keys.txt"), Path.Combine("..data", "keys.txt"));
            ApiKeyFile keys = new(Path.Combine(folder.FullName, "keys.txt"));
            LoggedLines log = new();
            Assert.NotNull(keys.Find("key1", log));
            Directory.Delete(data);
            Directory.CreateSymbolicLink(data, "2");
            Assert.Null(keys.Find("key1", log));
            Assert.NotNull(keys.Find("key2", log));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("one infer 00",
        "(1): expected an id, scopes (infer, admin, or both with a comma) and the SHA-256 of the key as 64 hex digits")]
    [InlineData("one root @", "(1): expected an id, scopes")]
    [InlineData("# nothing", "holds no key: nobody could ask anything")]
    // a machine lost its power while it was written
    [InlineData("one infer @\n# the end\0\0\0", ":2:10: U+0000 is a control character, which a text does not hold")]
    [InlineData("one infer @\none admin @", "(2): key 'one' stands there twice")]
    public async Task A_file_of_keys_with_faults_is_refused_at_the_start(string text, string fault)
    {
        await WriteAsync(text.Replace("@", HashOf("key"), StringComparison.Ordinal));
        Assert.Contains(fault, Assert.Throws<BadInputException>(() => new ApiKeyFile(_file)).Message);
    }

    [Fact]
    public async Task A_file_of_keys_may_be_read_by_others_and_not_changed_and_is_no_pipe()
    {
        await WriteAsync(Line("one", "infer", "key"));
        Posix.SetMode(_file, "644");
        Assert.NotNull(new ApiKeyFile(_file).Find("key", new LoggedLines()));
        Posix.SetMode(_file, "664");
        Assert.Contains($"its mode is 0664; make it its owner's, chmod go-w {_file}",
            Assert.Throws<BadInputException>(() => new ApiKeyFile(_file)).Message);

        File.Delete(_file);
        Posix.MakePipe(_file);
        Assert.Contains("is a named pipe", Assert.Throws<BadInputException>(() => new ApiKeyFile(_file)).Message);
    }

    [Fact]
    public async Task Every_answer_tells_a_browser_to_keep_and_run_nothing()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        foreach (string path in (string[])["/v2/health/live", "/metrics", "/nowhere", "/openapi/v1.json"])
        {
            HttpResponseHeaders headers = (await daemon.Client.GetAsync(path)).Headers;
            Assert.Equal(
                ("nosniff", "DENY", "no-store", "default-src 'none'; frame-ancestors 'none'", "no-referrer"),
                (headers.GetValues("X-Content-Type-Options").Single(), headers.GetValues("X-Frame-Options").Single(),
                    headers.CacheControl!.ToString(),
                    headers.GetValues("Content-Security-Policy").Single(),
                    headers.GetValues("Referrer-Policy").Single()));
            Assert.False(headers.Contains("Server"));
        }
    }

    private Task<RunningDaemon> StartAsync()
    {
        ServingLimits limits = new();
        return RunningDaemon.ReadyAsync(limits, ToyModel.Of(ToyModel.AtOnce(), limits), new ApiKeyFile(_file));
    }

    private Task WriteAsync(params string[] lines) => File.WriteAllLinesAsync(_file, lines);

    private static string Line(string id, string scopes, string key) => $"{id} {scopes} {HashOf(key)}";

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static Task<HttpResponseMessage> AskAsync(
        RunningDaemon daemon, HttpMethod method, string path, string? key, string body = "{}")
    {
        HttpRequestMessage request = new(
            method, path) { Content = method == HttpMethod.Post ? RunningDaemon.Text(body) : null };
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        return daemon.Client.SendAsync(request);
    }
}
