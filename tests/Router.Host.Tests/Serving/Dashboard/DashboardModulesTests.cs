using System.Text.Json.Nodes;
using Tests;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>
/// What the dashboard's scripts make of figures, run by Node: it needs no browser. Skips where there is no Node.
/// </summary>
public sealed class DashboardModulesTests
{
    [Fact]
    public async Task A_median_radius_is_the_lower_edge_of_its_bucket_and_a_time_the_upper_one()
    {
        // Three radii of .3: a straight line through the bucket would tell a median of .375.
        const string Text = """
            # TYPE r histogram
            r_bucket{le="0"} 0
            r_bucket{le="0.25"} 0
            r_bucket{le="0.5"} 3
            r_bucket{le="+Inf"} 3
            """;
        JsonNode found = await RunAsync(
            "prometheus.js", "({ parse, buckets, bucketOf }, text) => bucketOf(buckets(parse(text), 'r'), 0.5)", Text);
        Assert.Equal((0.25, 0.5), ((double)found["above"]!, (double)found["atMost"]!));
    }

    [Theory]
    [InlineData(0.3575, "35.7\u202f%")]
    [InlineData(0.57, "57.0\u202f%")]
    [InlineData(0.9999, "99.9\u202f%")]
    [InlineData(1.0, "100.0\u202f%")]
    public async Task Certified_accuracy_is_cut_and_not_rounded(double share, string told) =>
        Assert.Equal(told, (string?)await RunAsync("numbers.js", "({ certified }, share) => certified(share)", share));

    [Theory]
    [InlineData("before", "M44.0 204.0V109.0H155.0V204.0H266.0")]
    [InlineData("after", "M44.0 204.0H155.0V109.0H266.0V204.0")]
    public async Task Between_two_points_a_line_has_the_value_of_one_of_them_and_no_other(string step, string path)
    {
        const string Plot = """
            ({ plot }, step) => {
              const made = [];
              globalThis.document = { createElementNS: (_, tag) => {
                const node = { tag, setAttribute(name, value) { this[name] = value; }, append() {} };
                made.push(node);
                return node;
              } };
              plot({ clientWidth: 280, replaceChildren() {} }, {
                x: { title: '', most: 2, format: String }, y: { title: '', most: 1, format: String },
                lines: [{ name: '', hue: 0, step, points: [[0, 0], [1, 0.5], [2, 0]] }],
              });
              return made.find(({ tag }) => tag === 'path').d;
            }
            """;
        Assert.Equal(path, (string?)await RunAsync("chart.js", Plot, step));
    }

    [Fact]
    public async Task Networks_of_a_document_that_have_another_function_or_none_are_named()
    {
        const string Doubt = """
            ({ unproved }, functions) => unproved({ networks: [
              { id: 'a', function: '1' }, { id: 'b', function: '2' }, { id: 'c', function: null },
              { id: 'd', function: '4' }] }, { functions })
            """;
        JsonNode doubted = await RunAsync(
            "tradeoff.js", Doubt, new JsonObject { ["a"] = "1", ["b"] = "3", ["c"] = "5" });
        Assert.Equal(["b", "c"], doubted.AsArray().Select(id => (string?)id));
    }

    [Theory]
    [InlineData("e1", true, "READY", true)]
    [InlineData("e1", false, "READY", false)]
    [InlineData("router", true, "READY", false)]
    [InlineData("e1", true, "UNAVAILABLE", false)]
    public async Task Unloading_an_expert_leaves_a_daemon_ready_where_others_may_go_on_and_none_of_them_is_gone(
        string unloaded, bool reroutes, string stateOfE0, bool ready)
    {
        const string Consequence = """
            ({ consequence }, { unloaded, reroutes, state }) => consequence(unloaded, [
              { name: 'router', role: 'router', state: 'READY' }, { name: 'e0', role: 'expert', state },
              { name: 'e1', role: 'expert', state: 'READY' }], { router: 'router', reroutes })
            """;
        string told = (string)(await RunAsync("experts.js", Consequence, new JsonObject
        {
            ["unloaded"] = unloaded, ["reroutes"] = reroutes, ["state"] = stateOfE0,
        }))!;
        Assert.StartsWith(
            ready ? "The daemon stays ready: " : "The daemon is then not ready (/v2/health/ready says 503", told,
            StringComparison.Ordinal);
    }

    private static async Task<JsonNode> RunAsync(string module, string function, JsonNode input)
    {
        string folder = Path.Combine(Reference.Root, "src", "Router.Host", "Serving", "Http", "Page");
        DirectoryInfo copy = Directory.CreateTempSubdirectory("dualrs-page-");
        try
        {
            foreach (string script in Directory.GetFiles(folder, "*.js"))
                File.Copy(script, Path.Combine(copy.FullName, Path.GetFileName(script)));
            // Node takes .js for a module where this says so.
            await File.WriteAllTextAsync(Path.Combine(copy.FullName, "package.json"), """{ "type": "module" }""");
            string program = $"const f = {function}; const m = await import('./{module}'); "
                + $"console.log(JSON.stringify(f(m, JSON.parse(process.argv[1]))));";
            (int code, string output, string errors) = await OtherProgram.RunAsync(
                new("node", ["--input-type=module", "-e", program, input.ToJsonString()])
                {
                    WorkingDirectory = copy.FullName,
                });
            Assert.True(code == 0, errors);
            return JsonNode.Parse(output)!;
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }
}
