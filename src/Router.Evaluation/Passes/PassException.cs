namespace Router.Evaluation.Passes;

/// <summary>The files of a pass are not what they should be.</summary>
/// <param name="file">The file.</param>
/// <param name="problem">What was wrong and what would be right.</param>
public sealed class PassException(string file, string problem) : Exception($"{file}: {problem}");
