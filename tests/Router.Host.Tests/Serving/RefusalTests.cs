using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Router.Host.Tests.Serving;

[Collection(BundledModel.Name)]
public sealed class RefusalTests(BundledModel bundled)
{
    private const string Image = """{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[@3072]}""";

    /// <summary>Each body with the whole of what is said of it, or its beginning. @N stands for N zeros.</summary>
    public static TheoryData<string, string> BadBodies => new()
    {
        { "", "the body is not JSON (line 1, byte 1): " },
        { "null", "the body is null: expected an object {id?, parameters?, inputs, outputs?}" },
        { "[]", "$ is not an object {id?, parameters?, inputs, outputs?}" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[0,1""",
            "the body is not JSON (line 1, byte 76): " },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"FP32","data":[NaN]}]}""", "the body is not JSON "
            + "(line 1, byte 72): 'N' is an invalid start of a value. JSON has no NaN and no Infinity" },
        { """{"id":7,"inputs":[""" + Image + "]}", "$.id is not text" },
        { """{"input":[],"inputs":[""" + Image + "]}",
            "the request has no 'input': accepted are id, parameters, inputs, outputs" },
        { "{}",
            "inputs holds 0 tensors: accepted is exactly one, named 'image'; images are batched along its first axis" },
        { """{"inputs":[null]}""", "inputs holds 1 tensors: accepted is exactly one" },
        { """{"inputs":[""" + Image + "," + Image + "]}", "inputs holds 2 tensors: accepted is exactly one" },
        { """{"inputs":[{"name":"x","shape":[3,32,32],"datatype":"UINT8","data":[@3072]}]}""",
            "there is no input 'x': accepted is 'image'" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"INT8","data":[@3072]}]}""",
            "datatype 'INT8' is not offered: accepted are UINT8 (whole numbers 0–255), FP32 (k/255 for k = 0…255)" },
        { """{"inputs":[{"name":"image","shape":[32,32,3],"datatype":"UINT8","data":[@3072]}]}""",
            "shape is [32,32,3]: accepted are [3,32,32] and [n,3,32,32] with n from 1 to 64" },
        { """{"inputs":[{"name":"image","shape":[0,3,32,32],"datatype":"UINT8","data":[]}]}""",
            "shape is [0,3,32,32]: accepted are" },
        { """{"inputs":[{"name":"image","shape":[3,32.5,32],"datatype":"UINT8","data":[@3072]}]}""",
            "$.inputs[0].shape[1] is not a list of whole numbers" },
        { """{"inputs":[{"name":"image","shape":[65,3,32,32],"datatype":"UINT8","data":[]}]}""",
            "shape asks for 65 images: accepted are at most 64 in one request; send the others in another" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8"}]}""",
            "input 'image' has no data: expected a list of numbers, flat or nested as the shape" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":7}]}""",
            "$.inputs[0].data is not a list of numbers, flat or nested as the shape" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[@3071]}]}""",
            "data holds 3071 numbers: shape [3,32,32] holds 3072" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[@3073]}]}""",
            "data holds more than 3072 numbers: shape [3,32,32] holds 3072" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[[[0,0]]]}]}""",
            "a list of data at depth 3 holds 2 items: shape [3,32,32] has 32 there" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[[@32]]}]}""",
            "data is nested neither flat nor as shape [3,32,32] says, at number 0" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[0,[0]]}]}""",
            "data is nested neither flat nor as shape [3,32,32] says, at number 1" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[0,null]}]}""",
            "data holds something that is no number, after 1 numbers: UINT8 holds whole numbers 0–255" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[0,256,@3070]}]}""",
            "data[1] is 256: UINT8 holds whole numbers 0–255" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","data":[0.5,@3071]}]}""",
            "data[0] is 0.5: UINT8 holds whole numbers 0–255" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"FP32","data":[0.3,@3071]}]}""",
            "data[0] is 0.3: FP32 pixels must lie on the 8-bit grid k/255 (nearest: 76/255 = 0.29803923), because the "
            + "certificate's noise is rounded to that grid and is exact only for inputs on it" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"FP32","data":[255,@3071]}]}""",
            "data[0] is 255: FP32 pixels lie in [0, 1]" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"FP32","data":[-0.1,@3071]}]}""",
            "data[0] is -0.1: FP32 pixels lie in [0, 1]" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"FP32","data":[1e999,@3071]}]}""",
            "data[0] is 1e999: FP32 pixels lie in [0, 1]" },
        { """{"inputs":[{"name":"image","shape":[3,32,32],"datatype":"UINT8","parameters":"""
            + """{"binary_data_size":3072}}]}""",
            "binary_data_size is 3072, but 0 bytes follow the JSON: header Inference-Header-Content-Length says where "
            + "it ends" },
        { """{"parameters":{"mode":"\ud800"},"inputs":[""" + Image + "]}",
            "the body holds text that is not Unicode at byte 22: JSON is UTF-8, and \\ud800 to \\udfff come in pairs" },
        { """{"parameters":{"mix":["\udfff"]},"inputs":[""" + Image + "]}",
            "the body holds text that is not Unicode at byte 22" },
        { """{"parameters":{"sed":1},"inputs":[""" + Image + "]}", "there is no parameter 'sed' (did you mean "
            + "'seed'?): accepted are mode, failure_probability, selection, estimation, seed, mix, deadline_ms" },
        { """{"parameters":{"binary_data_output":1},"inputs":[""" + Image + "]}",
            "parameter 'binary_data_output' is 1: accepted are true and false" },
        { """{"parameters":{"mode":"train"},"inputs":[""" + Image + "]}",
            "parameter 'mode' is \"train\": accepted are \"certify\", \"predict\"" },
        { """{"parameters":{"seed":-1},"inputs":[""" + Image + "]}",
            "parameter 'seed' is -1: accepted are whole numbers from 0 to 18446744073709551615" },
        { """{"parameters":{"estimation":1000001},"inputs":[""" + Image + "]}",
            "parameter 'estimation' is 1000001: accepted are whole numbers from 1 to 1000000" },
        { """{"parameters":{"selection":"many"},"inputs":[""" + Image + "]}",
            "parameter 'selection' is \"many\": accepted are whole numbers from 1 to 1000000" },
        { """{"parameters":{"failure_probability":1},"inputs":[""" + Image + "]}",
            "parameter 'failure_probability' is 1: accepted are numbers from 1E-30 to 0.5" },
        { """{"parameters":{"failure_probability":0.002,"estimation":9},"inputs":[""" + Image + "]}",
            "9 estimation samples can prove nothing at failure probability 0.002, even if all agree: accepted is "
            + "'estimation' from 11" },
        { """{"parameters":{"mix":"s012,s013"},"inputs":[""" + Image + "]}", "parameter 'mix' is \"s012,s013\": there "
            + "is no expert 's013' in the mix: accepted are some of s012, s025, s050, s100" },
        { """{"parameters":{"mix":[]},"inputs":[""" + Image + "]}",
            "parameter 'mix' is []: a mix of no experts answers nothing" },
        { """{"parameters":{"mix":["s012","S012"]},"inputs":[""" + Image + "]}",
            "parameter 'mix' is [\"s012\",\"S012\"]: the mix names s012 2 times" },
        { """{"parameters":{"mix":7},"inputs":[""" + Image + "]}", "parameter 'mix' is 7: accepted are ids of experts, "
            + "as text with commas or as a list: s012, s025, s050, s100" },
        { """{"parameters":{"mode":"predict","selection":9},"inputs":[""" + Image + "]}",
            "parameter 'selection' has no meaning in mode predict" },
        { """{"parameters":{"mode":"predict","target_radius":0.5},"inputs":[""" + Image + "]}",
            "parameter 'target_radius' has no meaning in mode predict" },
        { """{"parameters":{"target_radius":0},"inputs":[""" + Image + "]}",
            "parameter 'target_radius' is 0: accepted are numbers above 0" },
        { """{"parameters":{"priority":11},"inputs":[""" + Image + "]}",
            "parameter 'priority' is 11: accepted are 1, the first, to 10, the last; 0 is 5" },
        { """{"parameters":{"timeout":5,"deadline_ms":5},"inputs":[""" + Image + "]}",
            "parameters 'deadline_ms' (milliseconds) and 'timeout' (microseconds) say the same" },
        { """{"outputs":[{"name":"class","parameters":{"classification":3}}],"inputs":[""" + Image + "]}",
            "parameter 'classification' of output 'class' is 3: accepted is 0, which asks for the output as it is" },
        { """{"outputs":[{"name":"logits"}],"inputs":[""" + Image + "]}", "there is no output 'logits': accepted are "
            + "class, radius, route, route_sigma, route_radius, expert_radius, mix" },
        { """{"outputs":[{"name":"class"},{"name":"class"}],"inputs":[""" + Image + "]}",
            "output 'class' is asked for twice" },
        { """{"parameters":{"mode":"predict"},"outputs":[{"name":"radius"}],"inputs":[""" + Image + "]}",
            "there is no output 'radius' in mode predict: accepted are class, route, route_sigma, mix" },
    };

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused_where_they_stand()
    {
        byte[] body = Encoding.UTF8.GetBytes(
            InferBodies.Expand("""{"parameters":{"mode":"?"},"inputs":[""" + Image + "]}"));
        body[Array.IndexOf(body, (byte)'?')] = 0xff;
        ByteArrayContent content = new(body);
        content.Headers.ContentType = new("application/json");
        (HttpStatusCode status, JsonNode told) = await RunningDaemon.ReadAsync(
            await bundled.Daemon.Client.PostAsync(RunningDaemon.Infer, content));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("the body holds text that is not Unicode at byte 22", (string)told["error"]!,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_body_is_400_and_says_what_would_be_right(string template, string error)
    {
        (HttpStatusCode status, JsonNode body) = await bundled.Daemon.PostAsync(InferBodies.Expand(template));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(error, (string?)body["error"]);
    }

    [Fact]
    public async Task Every_fault_of_a_body_is_told()
    {
        (_, JsonNode body) = await bundled.Daemon.PostAsync(
            """{"parameters":{"seed":"x"},"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[0]}]}""");
        string error = (string)body["error"]!;
        Assert.Equal(4, error.Split("; ").Length);
        Assert.Contains("parameter 'seed'", error);
        Assert.Contains("there is no input 'x'", error);
        Assert.Contains("shape is [1]", error);
        Assert.Contains("datatype 'FP64'", error);
    }

    [Fact]
    public async Task A_body_full_of_faults_is_answered_with_the_first_ten()
    {
        string keys = string.Join(",", Enumerable.Range(0, 1000).Select(i => $"\"k{i}\":0"));
        (_, JsonNode body) = await bundled.Daemon.PostAsync("{" + keys + "}");
        string error = (string)body["error"]!;
        Assert.Contains("the request has no 'k9'", error);
        Assert.DoesNotContain("k10", error);
        Assert.EndsWith("; and 991 more", error);
    }

    [Fact]
    public async Task A_body_of_very_many_names_is_refused_before_it_becomes_objects()
    {
        (HttpStatusCode status, JsonNode body) = await bundled.Daemon.PostAsync(
            """{"inputs":[""" + string.Join(",", Enumerable.Repeat("{}", 6000)) + "]}");
        Assert.Equal((HttpStatusCode.BadRequest, "the body has more than 10000 names and values beside its data"),
            (status, (string?)body["error"]));
    }

    [Fact]
    public async Task An_encoding_that_is_not_offered_is_415()
    {
        StringContent compressed = RunningDaemon.Text("{}");
        compressed.Headers.Add("Content-Encoding", "br");
        HttpResponseMessage response = await bundled.Daemon.Client.PostAsync(RunningDaemon.Infer, compressed);
        Assert.Equal(["gzip", "deflate"],
            response.Headers.GetValues("Accept-Encoding").SelectMany(codings => codings.Split(", ")));
        (HttpStatusCode status, JsonNode body) = await RunningDaemon.ReadAsync(response);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType,
            "Content-Encoding 'br' is not offered: accepted are gzip, deflate, or none"),
            (status, (string?)body["error"]));
    }
}
