
namespace Router.Evaluation;

/// <summary>
/// What a person gave cannot be used: an option, a file, or several together. It is told in one message, with exit code
/// 2, and nothing is left half-written.
/// </summary>
/// <param name="problem">What was wrong, where, and what would be right.</param>
public sealed class BadInputException(string problem) : Exception(problem)
{
    /// <summary>A file as a whole.</summary>
    /// <param name="file">The file.</param>
    /// <param name="problem">What was wrong and what would be right.</param>
    public BadInputException(string file, string problem) : this($"{file}: {problem}")
    {
    }

    /// <summary>A line of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="problem">What was wrong and what would be right.</param>
    public BadInputException(string file, int line, string problem) : this($"{file}:{line}: {problem}")
    {
    }
}
