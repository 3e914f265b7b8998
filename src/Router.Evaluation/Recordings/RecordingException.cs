namespace Router.Evaluation.Recordings;

/// <summary>A recording of votes is not what it should be.</summary>
/// <param name="file">The file.</param>
/// <param name="problem">What was wrong and what would be right.</param>
public sealed class RecordingException(string file, string problem) : Exception($"{file}: {problem}");
