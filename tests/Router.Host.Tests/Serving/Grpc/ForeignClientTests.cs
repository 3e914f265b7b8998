using System.Text.Json.Nodes;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving.Grpc;

/// <summary>
/// A client that nobody here wrote, gRPC's own for Python (Debian: python3-grpcio), which knows of this server what its
/// reflection service tells.
/// </summary>
public sealed class ForeignClientTests
{
    private const string Python = "/usr/bin/python3";

    // Of the messages of reflection it takes the fields 7 (list_services) and 4 (file_containing_symbol) of a request,
    // and 4 (descriptors) and 6 (services) of an answer.
    private const string Program = """
        import json, sys, grpc
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

        def fields(data):
            at = 0
            def number():
                nonlocal at
                value = shift = 0
                while True:
                    byte = data[at]; at += 1
                    value |= (byte & 127) << shift; shift += 7
                    if byte < 128: return value
            while at < len(data):
                tag = number()
                length = number()
                if tag & 7 == 2:
                    yield tag >> 3, data[at:at + length]
                    at += length

        def text(field, value):
            return bytes([field << 3 | 2, len(value)]) + value.encode()

        channel = grpc.insecure_channel(sys.argv[1])
        reflect = channel.stream_stream("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        def asked(request, field):
            answer = next(reflect(iter([request])))
            return [inner for number, part in fields(answer) if number == field for _, inner in fields(part)]

        services = sorted(next(name for _, name in fields(service)).decode() for service in asked(text(7, "*"), 6))
        pool = descriptor_pool.DescriptorPool()
        files = {}
        for service in ("inference.GRPCInferenceService", "dualrs.v1.Certifier"):
            for data in asked(text(4, service), 4):
                file = descriptor_pb2.FileDescriptorProto.FromString(data)
                files[file.name] = file
        def add(file):
            for name in file.dependency:
                if name in files: add(files[name])
            try: pool.FindFileByName(file.name)
            except KeyError: pool.Add(file)
        for file in files.values(): add(file)
        factory = message_factory.MessageFactory(pool)
        def method(service, name):
            found = pool.FindServiceByName(service).methods_by_name[name]
            request, answer = (factory.GetPrototype(kind) for kind in (found.input_type, found.output_type))
            stream = channel.unary_stream if name == "Certify" else channel.unary_unary
            return request, stream(f"/{service}/{name}", request.SerializeToString, answer.FromString)

        request, infer = method("inference.GRPCInferenceService", "ModelInfer")
        asking = request(model_name="dualrs", raw_input_contents=[b"\x07"])
        asking.inputs.add(name="image", datatype="UINT8", shape=[1, 1, 1])
        asking.parameters["seed"].int64_param = 7
        answer = infer(asking)
        asking.parameters["mode"].string_param = "guess"
        try: infer(asking)
        except grpc.RpcError as fault: refused = [fault.code().name, fault.details()]
        request, certify = method("dualrs.v1.Certifier", "Certify")
        grown = request(levels=b"\x07")
        grown.parameters["estimation"].int64_param = 10000
        certificates = list(certify(grown))
        print(json.dumps({
            "services": services, "outputs": [output.name for output in answer.outputs],
            "class": int.from_bytes(answer.raw_output_contents[0], "little", signed=True), "refused": refused,
            "radii": [certificate.radius for certificate in certificates], "stopped": certificates[-1].stopped}))
        """;

    [Fact]
    public async Task A_client_that_knows_nothing_beforehand_finds_and_calls_every_service()
    {
        Assert.SkipUnless(
            File.Exists(Python) && (await RunAsync("import grpc, google.protobuf", "")).Code == 0,
            "needs python3-grpcio");
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits), grpc: true);
        (int code, string output, string error) = await RunAsync(Program, daemon.GrpcAddress.Authority);
        Assert.True(code == 0, error);
        JsonNode told = JsonNode.Parse(output)!;
        Assert.Superset(
            (HashSet<string>)
            [
                "dualrs.v1.Certifier", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection", "inference.GRPCInferenceService",
            ],
            told["services"]!.AsArray().Select(service => (string)service!).ToHashSet());
        Assert.Equal("class,radius,route,route_sigma,route_radius,expert_radius,mix",
            string.Join(',', told["outputs"]!.AsArray()));
        Assert.Equal(1, (int)told["class"]!);
        Assert.Equal("""["INVALID_ARGUMENT","parameter 'mode' is \"guess\": accepted are \"certify\", \"predict\""]""",
            told["refused"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder
                .UnsafeRelaxedJsonEscaping }));
        double[] radii = [.. told["radii"]!.AsArray().Select(radius => (double)radius!)];
        Assert.True(radii.Length > 1);
        Assert.Equal(radii.Order(), radii);
        Assert.NotEqual("", (string?)told["stopped"]);
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(string program, string argument) =>
        OtherProgram.RunAsync(new(Python, ["-c", program, argument]));
}
