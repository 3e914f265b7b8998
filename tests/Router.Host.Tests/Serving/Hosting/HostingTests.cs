using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DualRS;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Router.Smoothing.Records;
using Tests;

namespace Router.Host.Tests.Serving.Hosting;

/// <summary>A registry that somebody's own program serves.</summary>
public sealed class HostingTests
{
    private const string Registry = "models/shapes10/experts.yaml", Prefix = "/dualrs";

    [Fact]
    public async Task A_program_serves_a_registry_beside_its_own_addresses_until_it_stops()
    {
        LoggedLines log = new();
        await using WebApplication program = Program(log, ("Registry", Registry), ("MaxImages", "2"), ("Threads", "1"));
        program.MapGet("/", () => "of its own");
        program.MapGroup(Prefix).MapDualRs();
        await program.StartAsync();
        using HttpClient client = new() { BaseAddress = new(program.Urls.Single()) };
        using HttpResponseMessage own = await client.GetAsync("/");
        Assert.Equal("of its own", await own.Content.ReadAsStringAsync());
        Assert.False(own.Headers.Contains("X-Frame-Options"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{Prefix}/v2/health/live")).StatusCode);
        await log.Of(2);

        using HttpResponseMessage ready = await client.GetAsync($"{Prefix}/v2/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("DENY", ready.Headers.GetValues("X-Frame-Options").Single());
        byte[] picture = await File.ReadAllBytesAsync(
            Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png"));
        using ByteArrayContent content = new(picture);
        content.Headers.ContentType = new("image/png");
        using HttpResponseMessage certified =
            await client.PostAsync($"{Prefix}/v1/certify?estimation=200&record=true", content);
        JsonNode answer = (await certified.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(answer["record"]!.ToJsonString()));

        // Its limits, its faults and its words, as the daemon has them.
        using HttpResponseMessage refused = await client.PostAsync(
            $"{Prefix}/v2/models/dualrs/infer", RunningDaemon.Text("{"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("error", await refused.Content.ReadAsStringAsync());
        Assert.Contains($"address=\"{Prefix}/v1/certify\"", await client.GetStringAsync($"{Prefix}/metrics"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{Prefix}/dashboard/main.js")).StatusCode);
        await program.StopAsync();
        await log.Of(8);
    }

    // A daemon that is started again, or a second pod, is no second try (docs/certificates.md, section 6).
    [Fact]
    public async Task Programs_that_have_the_same_secret_give_the_same_answer()
    {
        string secret = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            string first = await SeedOf(("Secret", secret)), again = await SeedOf(("Secret", secret));
            Assert.Equal(first, again);
            Assert.Equal(32, new FileInfo(secret).Length);
            Assert.NotEqual(first, await SeedOf());
        }
        finally
        {
            File.Delete(secret);
        }
    }

    // The seed of one picture's certificate, by a program that is started for it.
    private static async Task<string> SeedOf(params (string Key, string Value)[] settings)
    {
        LoggedLines log = new();
        await using WebApplication program = Program(log, [("Registry", Registry), ("Threads", "1"), .. settings]);
        program.MapDualRs();
        await program.StartAsync();
        using HttpClient client = new() { BaseAddress = new(program.Urls.Single()) };
        await log.Of(2);
        using ByteArrayContent content = new(await File.ReadAllBytesAsync(
            Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png")));
        content.Headers.ContentType = new("image/png");
        using HttpResponseMessage certified =
            await client.PostAsync("/v1/certify?estimation=200&record=true", content);
        JsonNode answer = (await certified.Content.ReadFromJsonAsync<JsonNode>())!;
        await program.StopAsync();
        return answer["record"]!["seed"]!.ToJsonString();
    }

    [Fact]
    public async Task A_key_is_asked_for_where_the_program_names_a_file_of_keys()
    {
        string keys = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keys, $"me infer {new string('0', 64)}\n");
            await using WebApplication program = Program(new(), ("Registry", Registry), ("Keys", keys));
            program.MapGet("/", () => "of its own");
            program.MapGroup(Prefix).MapDualRs();
            await program.StartAsync();
            using HttpClient client = new() { BaseAddress = new(program.Urls.Single()) };
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"{Prefix}/v2")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{Prefix}/v2/health/live")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
            await program.StopAsync();
        }
        finally
        {
            File.Delete(keys);
        }
    }

    [Fact]
    public async Task Settings_that_cannot_be_used_end_the_program_at_its_start()
    {
        await using WebApplication program =
            Program(new(), ("Registry", Registry), ("MaxImages", "0"), ("Urls", "http://127.0.0.1:1"));
        OptionsValidationException fault =
            await Assert.ThrowsAsync<OptionsValidationException>(() => program.StartAsync());
        Assert.Contains(fault.Failures, failure => failure.EndsWith(
            ": DualRs:MaxImages is '0': accepted are whole numbers from 1", StringComparison.Ordinal));
        // Where a program listens is its own matter.
        Assert.Contains(
            fault.Failures, failure => failure.Contains("DualRs:Urls is no setting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_set_in_code_are_held_to_the_same_ranges()
    {
        WebApplicationBuilder builder = Builder(new());
        builder.Services.AddDualRs(options => (options.Registry, options.Cache) = (Registry, -1));
        await using WebApplication program = builder.Build();
        OptionsValidationException fault =
            await Assert.ThrowsAsync<OptionsValidationException>(() => program.StartAsync());
        Assert.Equal(["DualRs:Cache is -1: accepted are whole numbers from 0 to 65536"], fault.Failures);
    }

    [Fact]
    public void A_registry_with_faults_is_told_before_anything_is_answered()
    {
        using WebApplication program = Program(new(), ("Registry", "README.md"));
        OptionsValidationException fault = Assert.Throws<OptionsValidationException>(() => program.MapDualRs());
        Assert.StartsWith("the registry has ", Assert.Single(fault.Failures));
    }

    private static WebApplication Program(LoggedLines log, params (string Key, string Value)[] settings)
    {
        WebApplicationBuilder builder = Builder(log);
        builder.Configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create($"DualRs:{setting.Key}", (string?)setting.Value)));
        builder.Services.AddDualRs(builder.Configuration);
        return builder.Build();
    }

    private static WebApplicationBuilder Builder(LoggedLines log)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ContentRootPath = Reference.Root, EnvironmentName = Environments.Production });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).AddFilter("Microsoft", LogLevel.None);
        return builder;
    }
}
