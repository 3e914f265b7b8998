using System.Globalization;
using Router.Votes;

namespace Router.Evaluation.Tradeoffs;

/// <summary>
/// How a network is called in a study: by its id, and where it was scored with a threshold that the recording does not
/// have, by both, <c>s100@0.35</c>. No id of a registry holds an @.
/// </summary>
/// <param name="Network">Its id in the registry.</param>
/// <param name="Pass">θ; 0 where the network was scored as it was found.</param>
public readonly record struct ScoredId(string Network, PassThreshold Pass)
{
    private const char Separator = '@';

    /// <summary>Whether it was scored with a threshold of the study's own.</summary>
    public bool IsVariant => Pass.Step > 0;

    /// <summary>The name of a network in a study, read again.</summary>
    public static ScoredId Of(string id)
    {
        int at = id.LastIndexOf(Separator);
        return at > 0 && decimal.TryParse(
            id[(at + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal theta)
            && PassThreshold.Objection(theta) is null
            ? new(id[..at], PassThreshold.At(theta))
            : new(id, default);
    }

    /// <inheritdoc/>
    public override string ToString() => IsVariant ? $"{Network}{Separator}{Pass}" : Network;
}
