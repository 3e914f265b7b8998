using System.Text.RegularExpressions;

namespace Router.Experts.Registry;

/// <summary>What a network may be called in a registry.</summary>
public static partial class NetworkId
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "letters, digits and . _ - (at most 64, the first a letter or digit)";

    /// <summary>What is wrong with an id; null where nothing is.</summary>
    public static string? Objection(string id) =>
        !Form().IsMatch(id) ? $"is '{id}'"
        : id.Equals(RegistryConfig.RoutedModel, StringComparison.OrdinalIgnoreCase)
            ? $"is '{id}', the name of the routed model"
        : null;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
