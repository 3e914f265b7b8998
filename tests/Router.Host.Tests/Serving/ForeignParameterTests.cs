using System.Net;
using System.Text.Json.Nodes;
using Router.Experts.Registry.Yaml;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving;

public sealed class ForeignParameterTests
{
    // As MLServer's codecs and tritonclient write them.
    private const string Foreign = """
        {"parameters":{"content_type":"np","headers":{"x":"y"},"sequence_id":0,"estimation":100},
         "inputs":[{"name":"image","shape":[1,1,1],"datatype":"UINT8","parameters":{"content_type":"np"},"data":[7]}],
         "outputs":[{"name":"class","parameters":{"content_type":"np","classification":0,"binary_data":false}}]}
        """;

    [Fact]
    public async Task Parameters_of_others_are_ignored_and_named_in_the_answer()
    {
        await using RunningDaemon daemon = await ReadyAsync();
        (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(Foreign);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("content_type,headers,sequence_id", (string?)answer["parameters"]!["ignored_parameters"]);
        Assert.Equal(1, (int)answer["outputs"]![0]!["data"]![0]!);
        string others = Foreign.Replace("estimation", "selection", StringComparison.Ordinal);
        (status, answer) = await daemon.PostAsync(others, "/v1/certify?estimation=100&trace=1");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""["content_type","headers","sequence_id","trace"]""",
            answer["ignored_parameters"]!.ToJsonString());
        Assert.Null((await daemon.PostAsync(ToyModel.Body)).Body["parameters"]!["ignored_parameters"]);
    }

    [Fact]
    public async Task Of_very_many_the_first_ten_are_named()
    {
        await using RunningDaemon daemon = await ReadyAsync();
        string many = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"\"foreign{i}\":0"));
        (_, JsonNode answer) = await daemon.PostAsync("{\"parameters\":{" + many + "}," + ToyModel.Body[1..]);
        Assert.EndsWith(",foreign9,and 990 more", (string?)answer["parameters"]!["ignored_parameters"],
            StringComparison.Ordinal);
    }

    /// <summary>A name, where it came, and what was meant by it; null where that is not to be had there.</summary>
    [Theory]
    [InlineData("failure_probabilty", "request", "failure_probability")]
    [InlineData("failureProbability", "request", "failure_probability")]
    [InlineData("Failure-Probability", "request", "failure_probability")]
    [InlineData("estimatoin", "request", "estimation")]
    [InlineData("Estimation", "request", "estimation")]
    [InlineData("sede", "request", "seed")]
    [InlineData("mx", "request", "mix")]
    [InlineData("alpha", "request", "failure_probability")]
    [InlineData("n0", "request", "selection")]
    [InlineData("n", "request", "estimation")]
    [InlineData("target", "request", "target_radius")]
    [InlineData("certificate", "request", null)]
    [InlineData("record", "request", null)]
    [InlineData("binary_data_size", "request", null)]
    [InlineData("estimation", "input", null)]
    [InlineData("binary_data", "input", null)]
    [InlineData("binary_data_sise", "input", "binary_data_size")]
    [InlineData("shared_memory_region", "input", null)]
    [InlineData("binary_date", "output", "binary_data")]
    [InlineData("shared_memory_region", "output", null)]
    public async Task A_misspelt_or_misplaced_parameter_of_ours_is_refused(string name, string where, string? meant)
    {
        await using RunningDaemon daemon = await ReadyAsync();
        string parameters = $"\"parameters\":{{\"{name}\":1}},";
        string body = where switch
        {
            "request" => "{" + parameters + ToyModel.Body[1..],
            "input" => ToyModel.Body.Replace("{\"name\"", "{" + parameters + "\"name\"", StringComparison.Ordinal),
            _ => "{\"outputs\":[{" + parameters + "\"name\":\"class\"}]," + ToyModel.Body[1..],
        };
        (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        string hint = meant is null ? "" : $" (did you mean '{meant}'?)";
        Assert.Contains($" parameter '{name}'{hint}: accepted ", (string?)answer["error"], StringComparison.Ordinal);
    }

    // By the textbook: Wikipedia's and Wagner and Fischer's own examples, and a slip of each kind.
    [Theory]
    [InlineData("seed", "seed", 0)]
    [InlineData("seed", "sed", 1)]
    [InlineData("seed", "seeds", 1)]
    [InlineData("seed", "sead", 1)]
    [InlineData("seed", "sede", 1)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    [InlineData("", "ab", 2)]
    [InlineData("mode", "resolution", 9)]
    public void Slips_of_the_pen_are_counted(string one, string other, int slips)
    {
        Assert.Equal((slips, slips), (Spelling.Distance(one, other), Spelling.Distance(other, one)));
        Assert.Equal(Math.Min(slips, 2), Spelling.Distance(one, other, most: 2));
    }

    private static Task<RunningDaemon> ReadyAsync()
    {
        ServingLimits limits = new();
        return RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
    }
}
