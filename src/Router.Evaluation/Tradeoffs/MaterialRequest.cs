using System.Collections.Immutable;
using Router.Votes;

namespace Router.Evaluation.Tradeoffs;

/// <summary>What a study is read from.</summary>
/// <param name="Files">What was found.</param>
/// <param name="Logs">Logs whose expert was named.</param>
/// <param name="Router">Which router's votes, where there are several; null for the only one.</param>
/// <param name="Selection">n0: how many of a recording's draws select.</param>
/// <param name="Estimation">n: how many of a recording's draws are bounded; null for all others.</param>
/// <param name="NameOf">How a full path is named in what is written.</param>
public sealed record MaterialRequest(
    SourceFiles Files, IReadOnlyList<NamedLog> Logs, string? Router, int Selection, int? Estimation, Func<string,
    string> NameOf)
{
    /// <summary>Whether a file is one that is read.</summary>
    /// <param name="path">Its full path.</param>
    public bool Reads(string path) => Files.Has(path) || Logs.Any(log => SourceFiles.IsOf(log.Path, path));

    /// <summary>θ with which each recorded expert is scored as well, above 0.</summary>
    public ImmutableArray<PassThreshold> Passes { get; init; } = [];
}
