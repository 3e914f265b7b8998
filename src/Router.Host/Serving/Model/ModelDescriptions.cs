using System.Globalization;
using Router.Estimator;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Votes;

namespace Router.Host.Serving.Model;

/// <summary>What models take and answer, in the protocol's words.</summary>
internal static class ModelDescriptions
{
    private const int Any = -1;

    public static ModelMetadata Metadata(AskedModel asked, ServedModel model) => new(
        asked.Name, [.. AskedModel.VersionsOf(model, asked.Name).Select(version => version.VersionIn(model))],
        asked.Platform,
        [new(ImageTensorReader.Name, PixelType.All[0].Name, [Any, .. model.ImageShape])],
        [.. asked.Outputs(mode: null)
            .Select(column => new TensorMetadata(column.Name, column.Datatype, ShapeOf(column, model)))]);

    // max_batch_size 0: the extents are those of the whole tensor, the batch's among them.
    public static ModelConfiguration Configuration(AskedModel asked, ServedModel model, ServingLimits limits)
    {
        SortedDictionary<string, ConfiguredValue> parameters = new(StringComparer.Ordinal)
        {
            ["max_images"] = Text(limits.Images),
            ["max_samples"] = Text(limits.Samples),
            ["failure_probability"] = Text(model.Defaults.FailureProbability),
            ["selection"] = Text(model.Defaults.Selection),
            ["estimation"] = Text(model.Defaults.Estimation),
        };
        if (asked.Role == ModelRole.Routed) Add(parameters, model);
        RoutedClassifier classifier = model.Asked(asked.Mix).Classifier;
        foreach ((string id, FunctionId function) in model.FunctionsOf(asked.Mix))
            if (asked.Role == ModelRole.Routed || id == asked.Id)
            {
                parameters[$"function.{id}"] = new(function.Value);
                if (classifier.VoterOf(id) is { } voter) parameters[$"sigma.{id}"] = Text(voter.Sigma);
                if (classifier.Routes.FirstOrDefault(route => route.Id == id) is { Pass: { Step: > 0 } pass })
                    parameters[$"pass.{id}"] = new(pass.ToString());
            }
        return new(
            asked.Name, asked.Platform, "dualrs", MaxBatchSize: 0,
            [new(ImageTensorReader.Name, TypeOf(PixelType.All[0].Name), [Any, .. model.ImageShape])],
            [.. asked.Outputs(mode: null)
                .Select(column => new ConfiguredTensor(column.Name, TypeOf(column.Datatype), ShapeOf(column, model)))],
            parameters);
    }

    // What a person's picture and a class are called and framed by, and how experts are chosen.
    private static void Add(SortedDictionary<string, ConfiguredValue> parameters, ServedModel model)
    {
        if (model.Classifier.Routing is { Length: > 0 } routing) parameters["routing"] = new(routing);
        if (model.Classifier.RouterId is { } router) parameters["router"] = new(router);
        parameters["failover"] = new(model.Served.MayGoOn ? "reroute" : "refuse");
        if (model.DataSet is not { } data) return;
        parameters["dataset"] = new(data.Name);
        parameters["shorter_side"] = Text(data.Framing.ShorterSide);
        if (data.LabelNames.Count > 0) parameters["labels"] = new(string.Join(',', data.LabelNames));
    }

    private static IReadOnlyList<int> ShapeOf(AnswerColumn column, ServedModel model) =>
        column.Width is { } width ? [Any, width(model.Classifier)] : [Any];

    private static string TypeOf(string datatype) => datatype == "BYTES" ? "TYPE_STRING" : $"TYPE_{datatype}";

    private static ConfiguredValue Text(IFormattable value) =>
        new(value.ToString(format: null, CultureInfo.InvariantCulture));
}
