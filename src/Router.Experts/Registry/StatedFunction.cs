using Router.Engine;
using Router.Experts.Loading;

namespace Router.Experts.Registry;

/// <summary>
/// What a registry says of a network, in the words of a function's properties (docs/formats.md, section 7). Whoever
/// votes as that network elsewhere has to have the same.
/// </summary>
public static class StatedFunction
{
    private const string Routes = "routes", Mirror = "mirror", None = "nothing";

    /// <summary>The properties that the registry decides, by name; weights where it says their hashes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="dataset">The registry's data set.</param>
    public static IEnumerable<KeyValuePair<string, string>> PropertiesOf(NetworkConfig network, DatasetFacts dataset)
    {
        NetworkConfig[] members = [.. network.Members];
        yield return new("architecture", string.Join(',', members.Select(member => member.Architecture)));
        yield return new("image", $"{dataset.Channels}x{dataset.Height}x{dataset.Width}");
        yield return new("input", network.InputLayer.ToString()!);
        yield return new("noise", NetworkFunction.Noise(network.Sigma));
        if (network.Mirror) yield return new(Mirror, NetworkFunction.Mirror);
        if (network is RouterConfig router) yield return new(Routes, string.Join(',', router.Routes));
        if (members.All(member => member.Sha256 is not null))
            yield return new("weights", string.Join(',', members.Select(member => member.Sha256)));
    }

    /// <summary>In what a function is not the one that the registry means; null where it is.</summary>
    /// <param name="network">The network.</param>
    /// <param name="dataset">The registry's data set.</param>
    /// <param name="properties">The function's properties.</param>
    public static string? Objection(
        NetworkConfig network, DatasetFacts dataset, IReadOnlyDictionary<string, string> properties)
    {
        IEnumerable<KeyValuePair<string, string>> all = PropertiesOf(network, dataset);
        if (!network.Mirror) all = all.Append(new(Mirror, None));
        foreach ((string name, string stated) in all)
        {
            string other = properties.GetValueOrDefault(name, None);
            // Ids are the same in whatever case they are written.
            if (!string.Equals(other, stated,
                name == Routes ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
                return $"{name}: {other}, where the registry says {stated}";
        }
        return null;
    }
}
