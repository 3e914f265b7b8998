using System.Globalization;
using System.Text.RegularExpressions;
using Router.Engine;
using Router.Experts.Cards;
using Router.Host.Cli;

namespace Router.Host.Commands.Experts;

/// <summary>The lines of a registry that serve a network which was just written.</summary>
internal static partial class RegistryEntry
{
    /// <summary>An item of <c>experts:</c>, or <c>router:</c> where it has routes.</summary>
    public static string Of(ImportedNetwork imported, ImportRequest request, Surroundings surroundings)
    {
        string layer = request.InputLayer switch
        {
            InputLayer.None => "none",
            InputLayer.Center center => $"{{ center: [{string.Join(", ", center.Mean)}] }}",
            _ => "standardize",
        };
        string card = request.CardPath is { } path ? $"card: {PathOf(path)}, " : "";
        string network = $"id: {Scalar(request.Id)}, sigma: {request.Sigma.ToString(CultureInfo.InvariantCulture)}, "
            + $"architecture: {imported.Card.Architecture}, checkpoint: {PathOf(imported.Weights)}, input: {layer}, "
            + $"{card}sha256: {imported.Card.Sha256}";
        return request.Routes.Count == 0 ? $"- {{ {network} }}"
            : $"router: {{ {network}, routes: [{string.Join(", ", request.Routes.Select(Scalar))}] }}";

        string PathOf(string file) => Scalar(Path.GetRelativePath(surroundings.WorkingFolder, file));
    }

    // As it is where nothing of it means anything to YAML, in quotes elsewhere: `id: 025` would be a number.
    private static string Scalar(string text) =>
        Plain().IsMatch(text) && !Word().IsMatch(text) ? text
        : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z_/][A-Za-z0-9_./-]*\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Plain();

    // What YAML takes for something else than text.
    [GeneratedRegex(@"^(null|true|false)\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
