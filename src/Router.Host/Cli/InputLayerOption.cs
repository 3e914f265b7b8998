using Router.Engine;
using Router.Evaluation;
using Router.Experts.Loading;

namespace Router.Host.Cli;

/// <summary>An input layer as it is written on a command line.</summary>
internal static class InputLayerOption
{
    /// <summary>Its names.</summary>
    public static readonly Accepted Accepted = Accepted.OneOf("standardize", "center", "none");

    /// <summary>The layer of that name, with the constants of a data set.</summary>
    /// <exception cref="BadInputException">Networks for the data set have no usual constants.</exception>
    public static InputLayer Of(string name, DatasetFacts dataset) => (name, dataset.Standard) switch
    {
        ("none", _) => new InputLayer.None(),
        (_, null) =>
            throw new BadInputException(
            $"--input {name}: networks for {dataset.Name} have no usual constants, accepted is none"),
        ("center", { } standard) => new InputLayer.Center(standard.Mean),
        (_, { } standard) => standard,
    };
}
