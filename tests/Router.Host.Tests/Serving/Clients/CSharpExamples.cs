using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using DualRS.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Inference;

namespace Router.Host.Tests.Serving.Clients;

/// <summary>
/// The C# examples of docs/clients.md, between lines that name their sections; <see cref="ClientExampleTests"/> holds
/// both texts to each other.
/// </summary>
/// <param name="dualrs">Asks the daemon.</param>
/// <param name="pixels">Levels of an image.</param>
/// <param name="picture">A PNG file.</param>
/// <param name="channel">Calls the daemon.</param>
internal sealed class CSharpExamples(HttpClient dualrs, byte[] pixels, byte[] picture, GrpcChannel channel)
{
    /// <summary>What an example prints.</summary>
    public StringWriter Console { get; } = new();

    public async Task PredictAsync()
    {
        // Predict
        var body = new
        {
            parameters = new { mode = "predict", estimation = 1000 },
            inputs = new[]
            {
                new
                {
                    name = "image", shape = new[] { 3, 32, 32 }, datatype = "UINT8",
                    data = pixels.Select(level => (int)level),
                },
            },
        };
        using HttpResponseMessage response = await dualrs.PostAsJsonAsync("/v2/models/dualrs/infer", body);
        JsonNode answer = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!;
        Console.WriteLine($"class {answer["outputs"]![0]!["data"]![0]}");
        // end
    }

    public async Task RadiusAsync()
    {
        // Certify to a radius
        using ByteArrayContent file = new(picture);
        file.Headers.ContentType = new("image/png");
        using HttpResponseMessage response =
            await dualrs.PostAsync("/v1/certify?target_radius=0.25&estimation=10000", file);
        JsonNode certificate = (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!;
        string within = $"class {certificate["label"]} within {certificate["radius"]}";
        Console.WriteLine($"{within} after {certificate["samples"]} samples");
        // end
    }

    public async Task StreamAsync()
    {
        // A stream of certificates
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/certify?deadline_ms=2000");
        request.Content = new ByteArrayContent(picture);
        request.Content.Headers.ContentType = new("image/png");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using HttpResponseMessage response =
            await dualrs.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using StreamReader lines = new(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync());
        while (await lines.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            JsonNode told = JsonNode.Parse(line["data: ".Length..])!;
            string within = $"class {told["label"]} within {told["radius"]}";
            Console.WriteLine($"{within} after {told["samples"]} samples {told["stopped"]}");
        }
        // end
    }

    public async Task BinaryAsync()
    {
        // Binary tensors
        byte[] head = JsonSerializer.SerializeToUtf8Bytes(new
        {
            parameters = new { estimation = 1000, binary_data_output = true },
            inputs = new[]
            {
                new
                {
                    name = "image", shape = new[] { 3, 32, 32 }, datatype = "UINT8",
                    parameters = new { binary_data_size = pixels.Length },
                },
            },
            outputs = new[] { new { name = "class" }, new { name = "radius" } },
        });
        using ByteArrayContent content = new([.. head, .. pixels]);
        content.Headers.Add("Inference-Header-Content-Length", $"{head.Length}");
        using HttpResponseMessage response = await dualrs.PostAsync("/v2/models/dualrs/infer", content);
        byte[] bytes = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
        int length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single());
        long label = BitConverter.ToInt64(bytes, length);
        Console.WriteLine($"class {label} within {BitConverter.ToSingle(bytes, length + sizeof(long))}");
        // end
    }

    public async Task GrpcAsync()
    {
        // gRPC
        GRPCInferenceService.GRPCInferenceServiceClient models = new(channel);
        ModelInferRequest request = new() { ModelName = "dualrs", RawInputContents = { ByteString.CopyFrom(pixels) } };
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor
        {
            Name = "image", Datatype = "UINT8", Shape = { 3, 32, 32 },
        });
        request.Parameters["estimation"] = new() { Int64Param = 1000 };
        ModelInferResponse answer = await models.ModelInferAsync(request);
        long label = BitConverter.ToInt64(answer.RawOutputContents[0].Span);
        Console.WriteLine($"class {label} within {BitConverter.ToSingle(answer.RawOutputContents[1].Span)}");

        Certifier.CertifierClient certifier = new(channel);
        CertifyRequest asked = new() { Picture = ByteString.CopyFrom(picture) };
        asked.Parameters["deadline_ms"] = new() { Int64Param = 2000 };
        using AsyncServerStreamingCall<Certificate> growing = certifier.Certify(asked);
        await foreach (Certificate told in growing.ResponseStream.ReadAllAsync())
            Console.WriteLine($"class {told.Label} within {told.Radius} after {told.Samples} samples {told.Stopped}");
        // end
    }
}
