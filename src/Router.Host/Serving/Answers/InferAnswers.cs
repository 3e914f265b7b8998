using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Host.Serving.Protocol;
using Router.Host.Serving.Requests;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Host.Serving.Answers;

/// <summary>Answers as a message of the protocol, with everything that is needed to repeat them.</summary>
internal static class InferAnswers
{
    public static InferAnswer Of(InferRequest request, ImmutableArray<ImageAnswer> answers, ServedModel model) => new(
        request.Model.Name, model.Version, request.Id, ParametersOf(request, model),
        [.. request.Outputs.Select(column => Of(column, answers, model.Classifier))]);

    private static OutputTensor Of(AnswerColumn column, ImmutableArray<ImageAnswer> answers, RoutedClassifier classifier) =>
        column.Width is { } width
            ? new(column.Name, [answers.Length, width(classifier)], column.Datatype, new([.. answers.SelectMany(answer => Row(column, answer))]))
            : new(column.Name, [answers.Length], column.Datatype, new([.. answers.Select(column.Value)]));

    private static IEnumerable<JsonNode?> Row(AnswerColumn column, ImageAnswer answer) =>
        column.Value(answer).AsArray().Select(value => value?.DeepClone());

    private static JsonObject ParametersOf(InferRequest request, ServedModel model)
    {
        RoutedClassifier asked = model.Asked(request.Parameters).Classifier;
        JsonObject parameters = new()
        {
            ["mode"] = NameOf(request.Mode),
            ["seed_origin"] = SeedOriginOf(request),
            ["noise"] = CertifyRun.NoiseKind,
            ["failure_probability"] = request.FailureProbability,
        };
        if (request.Mode == InferMode.Certify)
        {
            parameters["certificate"] = KindOf(asked);
            parameters["n0"] = request.Counts.Selection;
        }
        parameters["n"] = request.Counts.Estimation;
        // Parameters of the protocol are scalars: one per network, not an object.
        foreach ((string id, FunctionId function) in FunctionsOf(request, model))
            parameters[$"function.{id}"] = function.Value;
        return parameters;
    }

    /// <summary>Id and function of everyone whose votes an answer may rest on.</summary>
    public static IEnumerable<KeyValuePair<string, FunctionId>> FunctionsOf(InferRequest request, ServedModel model) =>
        request.Mode == InferMode.Route ? model.Functions.Where(network => network.Key == request.Model.Name)
        : request.Parameters.Mix.IsEmpty ? model.Functions
        : ServedModel.FunctionsOf(model.Asked(request.Parameters).Classifier);

    /// <summary>Who knew the seed of an answer, as it is written.</summary>
    public static string SeedOriginOf(InferRequest request) => request.Seed is null ? SeedRecord.Server : SeedRecord.Caller;

    /// <summary>The kind of certificate a classifier gives.</summary>
    public static string KindOf(RoutedClassifier classifier) =>
        classifier.Cascade is not null ? CertificateKinds.Cascade : classifier.IsRouted ? CertificateKinds.Exclusion : CertificateKinds.Single;

    /// <summary>The mode as it is written in requests.</summary>
    public static string NameOf(InferMode mode) => mode switch
    {
        InferMode.Predict => "predict",
        InferMode.Route => "route",
        _ => "certify",
    };
}
