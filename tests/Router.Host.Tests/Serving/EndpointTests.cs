using System.Net;
using System.Text.Json.Nodes;

namespace Router.Host.Tests.Serving;

[Collection(BundledModel.Name)]
public sealed class EndpointTests(BundledModel bundled)
{
    private readonly RunningDaemon _daemon = bundled.Daemon;

    [Theory]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    [InlineData("/v2/models/dualrs/ready", """{"name":"dualrs","ready":true}""")]
    [InlineData("/v2/models/dualrs/versions/1/ready", """{"name":"dualrs","ready":true}""")]
    public async Task Health_answers_with_a_body(string path, string body)
    {
        HttpResponseMessage response = await _daemon.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Server_metadata_names_the_server_and_its_extensions()
    {
        (HttpStatusCode status, JsonNode body) = await _daemon.GetAsync("/v2");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("dualrs", (string?)body["name"]);
        Assert.StartsWith("0.1.0", (string?)body["version"]);
        Assert.Equal(
            ["binary_tensor_data", "logging", "model_configuration", "model_repository", "parameters",
                "schedule_policy", "statistics"],
            body["extensions"]!.AsArray().Select(extension => (string)extension!));
    }

    [Theory]
    [InlineData("/v2/models/dualrs")]
    [InlineData("/v2/models/dualrs/versions/1")]
    public async Task Model_metadata_states_every_tensor(string path)
    {
        (HttpStatusCode status, JsonNode body) = await _daemon.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """
            {"name":"dualrs","versions":["1"],"platform":"dualrs",
            "inputs":[{"name":"image","datatype":"UINT8","shape":[-1,3,32,32]}],"outputs":[
            {"name":"class","datatype":"INT64","shape":[-1]},{"name":"radius","datatype":"FP32","shape":[-1]},
            {"name":"route","datatype":"BYTES","shape":[-1]},{"name":"route_sigma","datatype":"FP32","shape":[-1]},
            {"name":"route_radius","datatype":"FP32","shape":[-1]},
            {"name":"expert_radius","datatype":"FP32","shape":[-1]},
            {"name":"mix","datatype":"BYTES","shape":[-1]},{"name":"record","datatype":"BYTES","shape":[-1]}]}
            """.ReplaceLineEndings(""),
            body.ToJsonString());
    }

    [Theory]
    [InlineData("/v2/models/resnet", "there is no model 'resnet': served are dualrs, router, s012, s025, s050, s100")]
    [InlineData("/v2/models/resnet/ready",
        "there is no model 'resnet': served are dualrs, router, s012, s025, s050, s100")]
    [InlineData("/v2/models/dualrs/versions/2", "model dualrs has no version '2': served is 1")]
    [InlineData("/v1/models", "there is nothing at /v1/models")]
    public async Task What_is_not_there_is_404_and_says_what_is(string path, string error)
    {
        (HttpStatusCode status, JsonNode body) = await _daemon.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.StartsWith(error, (string?)body["error"]);
    }

    [Fact]
    public async Task Infer_of_an_unknown_model_is_404()
    {
        (HttpStatusCode status, JsonNode body) = await _daemon.PostAsync("{}", "/v2/models/resnet/infer");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("there is no model 'resnet': served are dualrs, router, s012, s025, s050, s100",
            (string?)body["error"]);
    }

    [Fact]
    public async Task Infer_by_GET_is_405_and_says_POST()
    {
        (HttpStatusCode status, JsonNode body) = await _daemon.GetAsync(RunningDaemon.Infer);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, status);
        Assert.Equal("GET is not accepted here: accepted is POST", (string?)body["error"]);
    }
}
