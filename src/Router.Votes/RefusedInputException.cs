namespace Router.Votes;

/// <summary>
/// Why nobody is asked: workers died with the input. The cause of a <see cref="VoterUnavailableException"/> of one
/// input alone: the workers that are there answer others.
/// </summary>
public sealed class RefusedInputException() : Exception("workers died with the input");
