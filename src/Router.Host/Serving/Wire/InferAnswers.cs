using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Host.Serving.Model;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Host.Serving.Wire;

/// <summary>Answers as a message of the protocol, with everything that is needed to repeat them.</summary>
internal static class InferAnswers
{
    public static InferAnswer Of(InferRequest request, ImmutableArray<ImageAnswer> answers, ServedModel model) => new(
        request.Model.Name, model.Version, request.Id, ParametersOf(request, answers, model),
        [.. request.Outputs.Select(column => Of(column, answers, model.Classifier))]);

    private static OutputTensor Of(AnswerColumn column, ImmutableArray<ImageAnswer> answers, RoutedClassifier classifier) =>
        column.Width is { } width
            ? new(column.Name, [answers.Length, width(classifier)], column.Datatype, new([.. answers.SelectMany(answer => Row(column, answer))]))
            : new(column.Name, [answers.Length], column.Datatype, new([.. answers.Select(column.Value)]));

    private static IEnumerable<JsonNode?> Row(AnswerColumn column, ImageAnswer answer) =>
        column.Value(answer).AsArray().Select(value => value?.DeepClone());

    private static JsonObject ParametersOf(InferRequest request, ImmutableArray<ImageAnswer> answers, ServedModel model)
    {
        RoutedClassifier asked = model.Asked(request.Parameters).Classifier;
        // Where an expert failed others go on, of one image or of all. What all images share is told here; what they do not is in their mix and record.
        ImmutableArray<string> mix = answers.Skip(1).All(answer => answer.Mix.SequenceEqual(answers[0].Mix)) ? answers[0].Mix : [];
        RoutedClassifier answering = mix.IsEmpty ? asked : model.Classifier.Restrict(mix);
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
    /// <param name="mix">Who answered: behind a mix that went on where an expert failed, the router is another function. Empty for those who were asked.</param>
    /// <param name="model">Who was asked.</param>
    public static IEnumerable<KeyValuePair<string, FunctionId>> FunctionsOf(InferRequest request, ImmutableArray<string> mix, ServedModel model) =>
        request.Mode == InferMode.Route ? model.Functions.Where(network => network.Key == request.Model.Name)
        : (mix.IsEmpty ? request.Parameters.Mix.Length : mix.Length) is var answering && answering == 0 || answering == model.Classifier.Routes.Length ? model.Functions
        : ServedModel.FunctionsOf(model.Classifier.Restrict(mix.IsEmpty ? request.Parameters.Mix : mix));

    /// <summary>Who knew the seed of an answer, as it is written.</summary>
    public static string SeedOriginOf(InferRequest request) => request.Seed is null ? SeedRecord.Server : SeedRecord.Caller;

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
