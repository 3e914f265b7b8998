
namespace Router.Training.Runs;

/// <summary>
/// A training that cannot go on or cannot be taken up: what was wrong, where, and what would be right. The last
/// checkpoint is kept.
/// </summary>
/// <param name="message">The whole of it.</param>
public sealed class TrainingFault(string message) : Exception(message);
