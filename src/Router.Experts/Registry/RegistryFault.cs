
namespace Router.Experts.Registry;

/// <summary>Whether a registry with this finding may be used.</summary>
public enum FaultLevel
{
    /// <summary>The file is refused.</summary>
    Fault,

    /// <summary>The file is accepted; its author probably wants to know.</summary>
    Warning,
}

/// <summary>One thing wrong in a registry or model card: what, where, and what would be right.</summary>
/// <param name="File">The file as it was named to the reader.</param>
/// <param name="Line">From 1; 0 where the file as a whole is meant.</param>
/// <param name="Column">From 1; 0 where the file as a whole is meant.</param>
/// <param name="Id">Which expert, router or section; empty for the file itself.</param>
/// <param name="Problem">What was wrong.</param>
/// <param name="Accepted">What would be accepted.</param>
/// <param name="Level">Whether the file is refused for it.</param>
public sealed record RegistryFault(
    string File, int Line, int Column, string Id, string Problem, string Accepted, FaultLevel Level = FaultLevel.Fault)
{
    /// <summary>One line: <c>file:line:column: id: problem; accepted: …</c>.</summary>
    public override string ToString()
    {
        string level = Level == FaultLevel.Warning ? "warning: " : "";
        string id = Id.Length == 0 ? "" : $"{Id}: ";
        return $"{new SourceLocation(File, Line, Column)}: {level}{id}{Problem}; accepted: {Accepted}";
    }
}
