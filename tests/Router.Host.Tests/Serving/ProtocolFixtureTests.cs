using System.Net;
using System.Text.Json.Nodes;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving;

/// <summary>
/// The shapes of the Open Inference Protocol's REST document (KServe, "Open Inference Protocol (V2)") and of Triton's
/// extensions: each request as a client may send it, each answer with exactly the members and types that the documents
/// name.
/// </summary>
public sealed class ProtocolFixtureTests : IAsyncLifetime
{
    private RunningDaemon? _daemon;

    /// <summary>Method, address, body; and the answer with types in the place of values.</summary>
    public static TheoryData<string, string, string?, string> Fixtures => new()
    {
        // KServe: $live_server_response, $ready_server_response, $ready_model_response
        { "GET", "/v2/health/live", null, """{"live":"bool"}""" },
        { "GET", "/v2/health/ready", null, """{"ready":"bool"}""" },
        { "GET", "/v2/models/dualrs/ready", null, """{"name":"string","ready":"bool"}""" },
        { "GET", "/v2/models/e0/versions/1/ready", null, """{"name":"string","ready":"bool"}""" },
        // KServe: $metadata_server_response, $metadata_model_response
        { "GET", "/v2", null, """{"name":"string","version":"string","extensions":["string"]}""" },
        { "GET", "/v2/models/dualrs", null, """{"name":"string","versions":["string"],"platform":"string","inputs":["""
            + """{"name":"string","datatype":"string","shape":["number"]}],"outputs":["""
            + """{"name":"string","datatype":"string","shape":["number"]}]}""" },
        // KServe: $inference_request of every optional member, and of none
        {
            "POST", "/v2/models/dualrs/infer", ToyModel.Body,
            """{"model_name":"string","model_version":"string","parameters":"object","outputs":["""
            + """{"name":"string","shape":["number"],"datatype":"string","data":["scalar"]}]}"""
        },
        {
            "POST", "/v2/models/dualrs/versions/1/infer",
            """{"id":"42","parameters":{"priority":1,"timeout":100000000},"inputs":[{"name":"image","shape":[2,1,1,"""
            + """1],"datatype":"UINT8","parameters":{},"data":[[[[7]]],[[[8]]]]}],"outputs":["""
            + """{"name":"class","parameters":{}}]}""",
            """{"model_name":"string","model_version":"string","id":"string","parameters":"object","outputs":["""
            + """{"name":"string","shape":["number"],"datatype":"string","data":["scalar"]}]}"""
        },
        // KServe: $inference_error_response
        { "POST", "/v2/models/dualrs/infer", "{}", """{"error":"string"}""" },
        { "GET", "/v2/models/none", null, """{"error":"string"}""" },
        // Triton, binary tensor data: what a client that could take bytes says where it wants none
        {
            "POST", "/v2/models/dualrs/infer",
            """{"parameters":{"binary_data_output":false},"inputs":[{"name":"image","shape":[1,1,"""
            + """1],"datatype":"UINT8","data":[7]}],"outputs":[{"name":"radius","parameters":{"binary_data":"""
            + """false}}]}""",
            """{"model_name":"string","model_version":"string","parameters":"object","outputs":["""
            + """{"name":"string","shape":["number"],"datatype":"string","data":["scalar"]}]}"""
        },
        // Triton, model repository: $repository_index_request and response; load, with a configuration that is not the
        // registry's, and unload of what is no network
        { "POST", "/v2/repository/index", "{}",
            """[{"name":"string","version":"string","state":"string","reason":"string"}]""" },
        { "POST", "/v2/repository/index", """{"ready":true}""",
            """[{"name":"string","version":"string","state":"string","reason":"string"}]""" },
        { "POST", "/v2/repository/models/e0/load", "{}",
            """{"name":"string","version":"string","state":"string","reason":"string"}""" },
        { "POST", "/v2/repository/models/e0/load", """{"parameters":{"config":"{}"}}""", """{"error":"string"}""" },
        { "POST", "/v2/repository/models/e0/unload", """{"parameters":{"unload_dependents":true}}""",
            """{"error":"string"}""" },
        // Triton, logging
        { "GET", "/v2/logging", null,
            """{"log_file":"string","log_info":"bool","log_warning":"bool","log_error":"bool","""
            + "\"log_verbose_level\":\"number\",\"log_format\":\"string\"}" },
        { "POST", "/v2/logging", """{"log_warning":true}""",
            """{"log_file":"string","log_info":"bool","log_warning":"bool","log_error":"bool","""
            + "\"log_verbose_level\":\"number\",\"log_format\":\"string\"}" },
        // Triton, model configuration
        {
            "GET", "/v2/models/router/config", null,
            """{"name":"string","platform":"string","backend":"string","max_batch_size":"number","input":["""
            + """{"name":"string","data_type":"string","dims":["number"]}],"output":["""
            + """{"name":"string","data_type":"string","dims":["number"]}],"parameters":"object"}"""
        },
        // Triton, statistics
        {
            "GET", "/v2/models/dualrs/stats", null,
            """{"model_stats":["""
            + """{"name":"string","version":"string","last_inference":"number","inference_count":"number","""
            + "\"execution_count\":\"number\",\"inference_stats\":" + """{"success":"""
            + """{"count":"number","ns":"number"},"fail":{"count":"number","ns":"number"},"queue":"""
            + """{"count":"number","ns":"number"},"compute_infer":{"count":"number","ns":"number"}},"batch_stats":"""
            + """[]}]}"""
        },
    };

    public async ValueTask InitializeAsync()
    {
        ServingLimits limits = new();
        _daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
    }

    public ValueTask DisposeAsync() => _daemon!.DisposeAsync();

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_documented_request_gets_the_documented_answer(
        string method, string address, string? body, string shape)
    {
        (HttpStatusCode status, JsonNode answer) = body is null ? await _daemon!.GetAsync(address)
            : await _daemon!.PostAsync(body, address);
        Assert.Equal(shape.Contains("\"error\"", StringComparison.Ordinal), (int)status >= 400);
        Assert.True(method == "GET" == body is null);
        Check("$", JsonNode.Parse(shape), answer);
    }

    private static void Check(string place, JsonNode? shape, JsonNode? value)
    {
        switch (shape)
        {
            case JsonObject members:
                Assert.Equal(members.Select(member => member.Key), value!.AsObject().Select(member => member.Key));
                foreach ((string name, JsonNode? member) in members) Check($"{place}.{name}", member, value[name]);
                break;
            case JsonArray items:
                foreach (JsonNode? item in value!.AsArray()) Check(place + "[]", items[0], item);
                break;
            default:
                string kind = value!.GetValueKind().ToString();
                Assert.True(
                    (string)shape! switch
                    {
                        "bool" => kind is "True" or "False",
                        "scalar" => kind is "Number" or "String",
                        string expected => kind.Equals(expected, StringComparison.OrdinalIgnoreCase),
                    },
                    $"{place} is {kind}, expected {shape}");
                break;
        }
    }
}
