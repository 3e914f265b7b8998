
namespace Router.Experts.Registry;

/// <summary>Where in a file something was written.</summary>
/// <param name="File">The file as it was named to the reader.</param>
/// <param name="Line">From 1; 0 where the file as a whole is meant.</param>
/// <param name="Column">From 1; 0 where the file as a whole is meant.</param>
public readonly record struct SourceLocation(string File, int Line, int Column)
{
    /// <summary>The form editors and compilers print: <c>file:line:column</c>.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
