
namespace Router.Experts.Loading;

/// <summary>
/// Output k of a router stands for expert k: stated in the registry and in the router's checkpoint, and compared.
/// </summary>
public static class RouteOrder
{
    /// <summary>
    /// The metadata key of a router's checkpoint that holds its routes, expert ids separated by commas.
    /// </summary>
    public const string MetadataKey = "routes";

    /// <summary>What differs, or null where the orders are the same.</summary>
    /// <param name="written">The registry's routes.</param>
    /// <param name="trained">The checkpoint's.</param>
    public static string? Mismatch(IEnumerable<string> written, string trained) =>
        written.SequenceEqual(trained.Split(','), StringComparer.OrdinalIgnoreCase)
            ? null
            : $"its routes are [{string.Join(",", written)}], but the checkpoint was trained on [{trained}]";
}
