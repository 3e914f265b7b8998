namespace Router.Evaluation.Logs;

/// <summary>A file is not the certification log it should be.</summary>
/// <param name="file">The file.</param>
/// <param name="line">The line, from 1.</param>
/// <param name="problem">What was wrong and what would be right.</param>
public sealed class LogFormatException(string file, int line, string problem) : Exception($"{file}:{line}: {problem}");
