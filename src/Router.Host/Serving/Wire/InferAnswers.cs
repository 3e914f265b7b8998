using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Host.Serving.Model;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>Answers as a message of the protocol, with everything that is needed to repeat them.</summary>
internal static class InferAnswers
{
    public static InferAnswer Of(InferRequest request, ImmutableArray<ImageAnswer> answers, ServedModel model) => new(
        request.Model.Name, request.Model.VersionIn(model), request.Id, ParametersOf(request, answers, model),
        [.. request.Outputs.Select(column => Of(column, answers, model.Classifier))]);

    private static OutputTensor Of(
        AnswerColumn column, ImmutableArray<ImageAnswer> answers, RoutedClassifier classifier) =>
        column.Width is { } width
            ? new(column.Name, [answers.Length, width(classifier)], column.Datatype,
                new([.. answers.SelectMany(answer => Row(column, answer))]))
            : new(column.Name, [answers.Length], column.Datatype, new([.. answers.Select(column.Value)]));

    private static IEnumerable<JsonNode?> Row(AnswerColumn column, ImageAnswer answer) =>
        column.Value(answer).AsArray().Select(value => value?.DeepClone());

    private static JsonObject ParametersOf(InferRequest request, ImmutableArray<ImageAnswer> answers, ServedModel model)
    {
        RoutedClassifier asked = model.Asked(request.Parameters).Classifier;
        // Where an expert failed others go on, of one image or of all. What all images share is told here; what they do
        // not is in their mix and record.
        ImmutableArray<string> mix = answers.Skip(1)
            .All(answer => answer.Mix.SequenceEqual(answers[0].Mix)) ? answers[0].Mix : [];
        RoutedClassifier answering = mix.IsEmpty ? asked : model.Asked(mix).Classifier;
        JsonObject parameters = new()
        {
            ["mode"] = NameOf(request.Mode),
            ["seed_origin"] = SeedOriginOf(request),
            ["noise"] = CertifyRun.NoiseKind,
            ["failure_probability"] = request.FailureProbability,
        };
        if (request.Mode == InferMode.Certify)
        {
            parameters["certificate"] = KindOf(answering);
            parameters["n0"] = request.Counts.Selection;
        }
        parameters["n"] = request.Counts.Estimation;
        if (!request.IgnoredParameters.IsEmpty)
            parameters["ignored_parameters"] = string.Join(',', request.IgnoredParameters);
        // Parameters of the protocol are scalars: one per network, not an object.
        foreach ((string id, FunctionId function) in FunctionsOf(request, mix, model))
            parameters[$"function.{id}"] = function.Value;
        return parameters;
    }

    /// <summary>Id and function of everyone whose votes an answer may rest on.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="mix">
    /// Who answered: behind a mix that went on where an expert failed, the router is another function. Empty for those
    /// who were asked.
    /// </param>
    /// <param name="model">Who was asked.</param>
    public static IEnumerable<KeyValuePair<string,
        FunctionId>> FunctionsOf(InferRequest request, ImmutableArray<string> mix, ServedModel model) =>
        request.Mode == InferMode.Route ? model.Functions.Where(network => network.Key == request.Model.Name)
        : model.FunctionsOf(mix.IsEmpty ? request.Parameters.Mix : mix);

    /// <summary>Who knew the seed of an answer, as it is written.</summary>
    public static string SeedOriginOf(InferRequest request) =>
        request.Seed is null ? SeedRecord.Server : SeedRecord.Caller;

    /// <summary>The kind of certificate a classifier gives.</summary>
    public static string KindOf(RoutedClassifier classifier) =>
        CertificateKinds.NameOf(classifier.KindOf(CertificateKind.Exclusion));

    /// <summary>The mode as it is written in requests.</summary>
    public static string NameOf(InferMode mode) => mode switch
    {
        InferMode.Predict => "predict",
        InferMode.Route => "route",
        _ => "certify",
    };
}

/// <summary>One output of a model: a value, or a row of them, for each image.</summary>
/// <param name="Name">Its name in the protocol.</param>
/// <param name="Datatype">Its type in the protocol.</param>
/// <param name="NeedsCertificate">Whether a prediction without a radius has none of it.</param>
/// <param name="Value">The value; an array where there is a row.</param>
internal sealed record AnswerColumn(
    string Name, string Datatype, bool NeedsCertificate, Func<ImageAnswer, JsonNode> Value)
{
    private const long Abstained = -1;

    private static readonly AnswerColumn
        Class = new("class", "INT64", false, answer => answer.Class ?? Abstained),
        Radius = new("radius", "FP32", true, answer => Fp32(answer.Radius)),
        Route = new("route", "BYTES", false, answer => answer.Route?.Id ?? ""),
        RouteSigma = new("route_sigma", "FP32", false, answer => answer.Route?.Sigma ?? 0),
        RouteRadius = new("route_radius", "FP32", true, answer => Fp32(answer.RouteRadius)),
        ExpertRadius = new("expert_radius", "FP32", true, answer => Fp32(answer.ExpertRadius)),
        Mix = new("mix", "BYTES", false, answer => string.Join(',', answer.Mix)),
        Record = new("record", "BYTES", true, answer => answer.Record!()) { OnRequest = true },
        RouteVotes = new("votes", "INT64", false,
            answer => new JsonArray([.. answer.RouteVotes!.Counts.Select(count => (JsonNode)count)]))
        {
            Width = classifier => classifier.Routes.Length,
        },
        Undecided = new("undecided", "INT64", false, answer => answer.RouteVotes!.Undecided);

    private static readonly AnswerColumn[]
        OfRouted = [Class, Radius, Route, RouteSigma, RouteRadius, ExpertRadius, Mix, Record],
        OfExpert = [Class, Radius, Record],
        OfRouter = [Route, RouteSigma, RouteVotes, Undecided];

    /// <summary>Whether it is answered only where a request names it.</summary>
    public bool OnRequest { get; init; }

    /// <summary>How many values an image has in it; null for one, without an axis of its own.</summary>
    public Func<RoutedClassifier, int>? Width { get; init; }

    /// <summary>Every output of the models of a role, in the order in which they are answered.</summary>
    public static IReadOnlyList<AnswerColumn> Of(ModelRole role) => role switch
    {
        ModelRole.Expert => OfExpert,
        ModelRole.Router => OfRouter,
        _ => OfRouted,
    };

    // Written with the digits of a double: the shortest digits of a float could be read as a double above it, and claim
    // more than was proved. JSON has no infinity: the largest float is the largest finite radius that is not above it.
    /// <summary>A radius as the float that is not above it.</summary>
    public static double Fp32(double radius) => Math.Min(TowardZero.ToSingle(radius), float.MaxValue);
}

/// <summary>
/// An answer with outputs as bytes: JSON, then the tensors in the order of the outputs, little-endian; text with its
/// length before it.
/// </summary>
internal sealed class BinaryAnswer : IResult
{
    private readonly byte[] _json;
    private readonly byte[] _tensors;

    /// <summary>Moves some outputs of an answer behind its JSON.</summary>
    /// <param name="answer">With every output in JSON.</param>
    /// <param name="binary">The names of those that become bytes.</param>
    public BinaryAnswer(InferAnswer answer, IReadOnlyCollection<string> binary)
    {
        using MemoryStream tensors = new();
        OutputTensor[] outputs =
        [
            .. answer.Outputs.Select(output =>
            {
                if (!binary.Contains(output.Name)) return output;
                byte[] bytes = OutputBytes.Of(output);
                tensors.Write(bytes);
                return output with { Data = null, Parameters = new(bytes.Length) };
            }),
        ];
        _json = JsonSerializer.SerializeToUtf8Bytes(
            answer with { Outputs = outputs }, ProtocolJson.Instance.InferAnswer);
        _tensors = tensors.ToArray();
    }

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = _json.Length + _tensors.Length;
        response.Headers[BinaryTensors.Header] = _json.Length.ToString(CultureInfo.InvariantCulture);
        await response.Body.WriteAsync(_json, httpContext.RequestAborted);
        await response.Body.WriteAsync(_tensors, httpContext.RequestAborted);
    }
}

/// <summary>An output as bytes: little-endian, text with its length before it.</summary>
internal static class OutputBytes
{
    /// <summary>All values of an output.</summary>
    public static byte[] Of(OutputTensor output)
    {
        using MemoryStream bytes = new();
        foreach (JsonNode? value in output.Data!) Write(bytes, output.Datatype, value!);
        return bytes.ToArray();
    }

    /// <summary>A value of datatype FP32.</summary>
    public static float Fp32(JsonNode value) =>
        value.GetValue<object>() is decimal exact ? (float)exact : (float)(double)value;

    private static void Write(MemoryStream tensors, string datatype, JsonNode value)
    {
        Span<byte> word = stackalloc byte[sizeof(long)];
        switch (datatype)
        {
            case "INT64":
                BinaryPrimitives.WriteInt64LittleEndian(word, (long)value);
                tensors.Write(word);
                break;
            case "FP32":
                BinaryPrimitives.WriteSingleLittleEndian(word, Fp32(value));
                tensors.Write(word[..sizeof(float)]);
                break;
            case "BYTES":
                byte[] text = Encoding.UTF8.GetBytes((string)value!);
                BinaryPrimitives.WriteInt32LittleEndian(word, text.Length);
                tensors.Write(word[..sizeof(int)]);
                tensors.Write(text);
                break;
            default:
                throw new InvalidOperationException($"no output has datatype {datatype}");
        }
    }
}
