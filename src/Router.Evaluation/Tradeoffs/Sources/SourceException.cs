namespace Router.Evaluation.Tradeoffs.Sources;

/// <summary>Logs, counts or recordings do not make up a study.</summary>
/// <param name="problem">What was wrong, where, and what would be right.</param>
public sealed class SourceException(string problem) : Exception(problem);
