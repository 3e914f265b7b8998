
namespace Router.Evaluation;

/// <summary>
/// A file that was given, or several together, are not what they should be: a log, counts, terms, votes.
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
