using System.Globalization;
using Router.Engine;
using Router.Experts.Cards;
using Router.Host.Cli;

namespace Router.Host.Commands.Experts;

/// <summary>The lines of a registry that serve a network which was just written.</summary>
internal static class RegistryEntry
{
    public static string Of(ImportedNetwork imported, ImportRequest request, Surroundings surroundings)
    {
        string layer = request.InputLayer switch
        {
            InputLayer.None => "none",
            InputLayer.Center center => $"{{ center: [{string.Join(", ", center.Mean)}] }}",
            _ => "standardize",
        };
        return $"- {{ id: {request.Id}, sigma: {request.Sigma.ToString(CultureInfo.InvariantCulture)}, architecture: "
            + $"{imported.Card.Architecture}, checkpoint: "
            + $"{Path.GetRelativePath(surroundings.WorkingFolder, imported.Weights)}, input: {layer}, "
            + (request.CardPath is { } card
                ? $"card: {Path.GetRelativePath(surroundings.WorkingFolder, card)}, " : "")
            + $"sha256: {imported.Card.Sha256} }}";
    }
}
