using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Router.Host.Commands.Serve;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Serving;

namespace Router.Host.Tests.Cli;

public sealed class StatusTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly ServingLimits _limits = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_daemon_that_serves_is_told_with_its_models_and_what_it_answered()
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(_limits, ToyModel.Routed(_limits));
        await daemon.PostAsync("""{"inputs":[{"name":"image","shape":[2,1,1,1],"datatype":"UINT8","data":[7,8]}]}""");
        await daemon.PostAsync("{}");
        Outcome told = await _shell.RunAsync("status", "--url", Url(daemon), "--json");
        JsonNode report = JsonNode.Parse(told.Out)!;
        Assert.Equal((0, "", "ready"), (told.Code, told.Error, (string?)report["state"]));
        Assert.Equal(["dualrs", "router", "e0", "e1"],
            report["models"]!.AsArray().Select(model => (string)model!["name"]!));
        Assert.Equal(("READY", 2, 1), ((string?)report["models"]![0]!["state"], (int)report["models"]![0]!["images"]!,
            (int)report["models"]![0]!["failures"]!));
        Assert.Equal(("0.5", "toy"),
            ((string?)report["models"]![2]!["sigma"], (string?)report["models"]![2]!["function"]));
        Assert.Equal((1, 1), ((int)report["requests"]!["outcomes"]!["answered"]!,
            (int)report["requests"]!["outcomes"]!["refused"]!));
        // One answer and one refusal: each is timed by itself, and what is told is a bucket's bound.
        double[] bounds = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300];
        Assert.All((string[])["p50", "p95", "others_p95", "queue_p95"],
            time => Assert.Contains((double)report["requests"]![time]!, bounds));
        Assert.Equal("""{"e1":1}""", report["routes"]!.ToJsonString());

        Outcome shown = await _shell.RunAsync("status", "--url", Url(daemon));
        Assert.Equal(0, shown.Code);
        Assert.StartsWith(
            $"dualrs {((string)report["version"]!).Split('+')[0]} at {Url(daemon)}: ready, registry epoch 1\n",
            shown.Out);
        Assert.Contains("\ne0\tREADY\t0.5\ttoy\t", shown.Out);
        Assert.Contains("  requests  1 answered, 1 refused\n", shown.Out);
        Assert.Matches(
            @"  answers   half within [0-9.]+ ms, 95 % within [0-9.]+ ms; 95 % had their turn within [0-9.]+ ms\n"
            + @"  others    95 % were over within [0-9.]+ ms\n",
            shown.Out);
        Assert.Contains("  now       0 images in flight, 0 requests waiting\n", shown.Out);
        Assert.Contains("  routes    e1 100.0 %\n", shown.Out);
    }

    [Fact]
    public async Task A_daemon_that_loads_is_exit_code_1()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(_limits, async stopping =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            throw new InvalidOperationException("it is never loaded");
        });
        Outcome told = await _shell.RunAsync("status", "--url", Url(daemon));
        Assert.Equal((1, ""), (told.Code, told.Error));
        Assert.Contains($"at {Url(daemon)}: loading, registry epoch 1\n", told.Out);
        Assert.Contains("LOADING: its networks are being loaded", told.Out);
        Assert.Contains("  requests  none yet\n", told.Out);
    }

    [Fact]
    public async Task Where_nobody_answers_it_is_exit_code_2()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        string url = $"http://{free.LocalEndpoint}";
        free.Stop();
        Outcome told = await _shell.RunAsync("status", "--url", url);
        Assert.Equal((2, ""), (told.Code, told.Out));
        Assert.StartsWith($"dualrs: nobody answers at {url}/: ", told.Error);
    }

    [Theory]
    [InlineData("\"OK\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"ready\":true,\"inputs\":[]}")]
    [InlineData("{\"ready\":true,\"version\":{},\"inputs\":[{\"shape\":\"x\"}]}")]
    [InlineData("<html>")]
    public async Task Somebody_else_at_the_address_is_exit_code_2(string answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication stranger = builder.Build();
        stranger.Urls.Add("http://127.0.0.1:0");
        stranger.Run(context => context.Response.WriteAsync(answer));
        await stranger.StartAsync();
        string url = stranger.Urls.Single();
        foreach (string[] command in (string[][])[["status"], ["bench", "serve"]])
        {
            Outcome told = await _shell.RunAsync([.. command, "--url", url]);
            Assert.Equal((2, "", $"dualrs: what answers at {url}/ is no dualrs daemon\n"),
                (told.Code, told.Out, told.Error));
        }
    }

    [Theory]
    [InlineData("127.0.0.1:8080")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://127.0.0.1/v2")]
    public async Task Anything_but_an_address_is_exit_code_2(string url)
    {
        Outcome told = await _shell.RunAsync("status", "--url", url);
        Assert.Equal(2, told.Code);
        Assert.StartsWith($"dualrs: '{url}' is no address of a daemon: ", told.Error);
    }

    [Fact]
    public async Task A_daemon_with_keys_is_asked_with_one()
    {
        string keys = _shell.Write("keys.txt",
            $"alice infer {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("secret"u8))}\n");
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            _limits, ToyModel.Routed(_limits), new ApiKeyFile(keys));
        Outcome without = await _shell.RunAsync("status", "--url", Url(daemon));
        Assert.Equal(2, without.Code);
        Assert.StartsWith($"dualrs: {Url(daemon)}/ lets nobody in without a key: give one with --key-file or --key-env",
            without.Error);
        Assert.Equal(0, (await _shell.RunAsync(
            "status", "--url", Url(daemon), "--key-file", _shell.Write("key", "secret\n"))).Code);
        _shell.Variables["KEY"] = "secret";
        Assert.Equal(0, (await _shell.RunAsync("status", "--url", Url(daemon), "--key-env", "KEY")).Code);
        Assert.Equal("dualrs: the variable NONE holds no key: accepted is one line of text without blanks\n",
            (await _shell.RunAsync("status", "--url", Url(daemon), "--key-env", "NONE")).Error);
    }

    [Fact]
    public void Metrics_are_read_with_their_labels_and_escapes()
    {
        MetricSample[] read =
        [
            .. MetricText.Read("# HELP a A.\n# TYPE a counter\na 1\na{x=\"1,2}\",y=\"q\\\"b\\\\n\\n\"} "
                + "2.5e-3\nb_bucket{le=\"+Inf\"} +Inf\n\nno sample\n"),
        ];
        Assert.Equal(["a", "a", "b_bucket"], read.Select(sample => sample.Name));
        Assert.Equal(("1,2}", "q\"b\\n\n", 0.0025, ""), (read[1]["x"], read[1]["y"], read[1].Value, read[1]["z"]));
        Assert.Equal(("+Inf", double.PositiveInfinity), (read[2]["le"], read[2].Value));
    }

    // Ten values of which buckets tell that five are at most 1, nine at most 2.
    [Theory]
    [InlineData(0.1, 1)]
    [InlineData(0.5, 1)]
    [InlineData(0.51, 2)]
    [InlineData(0.9, 2)]
    [InlineData(0.95, double.PositiveInfinity)]
    public void A_quantile_is_told_by_the_upper_bound_of_its_bucket_and_is_never_less_than_it(
        double share, double expected)
    {
        Buckets buckets = new(MetricText.Read(
            "h_bucket{le=\"1\"} 5\nh_bucket{le=\"2\"} 9\nh_bucket{le=\"2\",other=\"1\"} 0\nh_bucket{le=\"+Inf\"} 10\n"),
            "h", _ => true);
        Assert.Equal(expected, buckets.Within(share));
        Assert.Null(new Buckets([], "h", _ => true).Within(share));
    }

    private static string Url(RunningDaemon daemon) => daemon.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
}
