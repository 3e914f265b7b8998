using System.Net;
using System.Text.RegularExpressions;
using Router.Host.Tests.Serving;
using Tests;

namespace Router.Host.Tests.Samples;

/// <summary>Every program of <c>samples/</c> runs, and stands on docs/hosting.md as it is.</summary>
public sealed partial class SampleTests
{
    private static readonly string Picture =
        Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png");

    [Fact]
    public async Task A_program_certifies_a_picture_and_verifies_the_record()
    {
        using SampleProcess sample = SampleProcess.Start(
            "Certify", Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"), Picture);
        (int code, string output, string error) = await sample.EndAsync();
        Assert.Equal((0, ""), (code, error));
        Assert.Matches(Certified(), output);
    }

    [Fact]
    public async Task A_program_serves_the_registry_of_its_settings_until_it_is_told_to_stop()
    {
        using SampleProcess sample = SampleProcess.Start("Serve", "--urls", "http://127.0.0.1:0");
        string listening = await sample.LineWithAsync("Now listening on: ");
        using HttpClient client = new() { BaseAddress = new(listening.Split("on: ")[1].Trim()) };
        await sample.LineWithAsync("ready after");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/dualrs/v2/health/ready")).StatusCode);
        Assert.StartsWith("certificates are at ", await client.GetStringAsync("/"));
        using ByteArrayContent picture = new(await File.ReadAllBytesAsync(Picture));
        picture.Headers.ContentType = new("image/png");
        using HttpResponseMessage certified = await client.PostAsync("/dualrs/v1/certify?estimation=200", picture);
        Assert.Equal(HttpStatusCode.OK, certified.StatusCode);
        // MaxImages of its appsettings.json.
        string images = string.Join(',', Enumerable.Repeat("0", 17 * 3 * 32 * 32));
        using HttpResponseMessage refused = await client.PostAsync("/dualrs/v2/models/dualrs/infer", RunningDaemon.Text(
            $$"""{"inputs":[{"name":"image","shape":[17,3,32,32],"datatype":"UINT8","data":[{{images}}]}]}"""));
        Assert.Contains("16", await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        await sample.TerminateAsync();
        Assert.Equal(0, (await sample.EndAsync()).Code);
    }

    [Fact]
    public async Task A_program_whose_registry_cannot_be_used_ends_with_the_reason()
    {
        using SampleProcess sample =
            SampleProcess.Start("Serve", "--urls", "http://127.0.0.1:0", "--DualRs:Registry", "nowhere.yaml");
        (int code, _, string error) = await sample.EndAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("nowhere.yaml", error);
    }

    [Theory]
    [InlineData("Certify")]
    [InlineData("Serve")]
    public void The_page_shows_the_program_that_runs(string name)
    {
        string page = File.ReadAllText(Path.Combine(Reference.Root, "docs", "hosting.md"));
        string program = File.ReadAllText(Path.Combine(Reference.Root, "samples", name, "Program.cs"));
        Assert.Contains($"```csharp\n{program}```\n", page);
    }

    [GeneratedRegex(
        @"^class (unknown|\d) within \d(\.\d+)?\narithmetic holds, unsigned: ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Certified();
}
