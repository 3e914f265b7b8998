using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Host.Serving.Protocol;
using Router.Host.Serving.Requests;
using Router.Smoothing;

namespace Router.Host.Serving.Answers;

/// <summary>Answers as a message of the protocol, with everything that is needed to repeat them.</summary>
internal static class InferAnswers
{
    public static InferAnswer Of(InferRequest request, ImmutableArray<ImageAnswer> answers, ServedModel model) => new(
        ServedModel.Name, ServedModel.Version, request.Id, ParametersOf(request, model),
        [.. request.Outputs.Select(column => new OutputTensor(
            column.Name, [answers.Length], column.Datatype, new([.. answers.Select(column.Value)])))]);

    private static JsonObject ParametersOf(InferRequest request, ServedModel model)
    {
        RoutedClassifier asked = model.Asked(request.Parameters).Classifier;
        JsonObject parameters = new()
        {
            ["mode"] = NameOf(request.Mode),
            ["seed_origin"] = request.Seed is null ? "server" : "caller",
            ["noise"] = CertifyRun.NoiseKind,
            ["failure_probability"] = request.FailureProbability,
        };
        if (request.Mode == InferMode.Certify)
        {
            parameters["certificate"] = asked.Cascade is not null ? "cascade" : asked.IsRouted ? "exclusion" : "single";
            parameters["n0"] = request.Counts.Selection;
        }
        parameters["n"] = request.Counts.Estimation;
        // Parameters of the protocol are scalars: one per network, not an object.
        foreach ((string id, FunctionId function) in request.Parameters.Mix.IsEmpty ? model.Functions : ServedModel.FunctionsOf(asked))
            parameters[$"function.{id}"] = function.Value;
        return parameters;
    }

    /// <summary>The mode as it is written in requests.</summary>
    public static string NameOf(InferMode mode) => mode == InferMode.Predict ? "predict" : "certify";
}
