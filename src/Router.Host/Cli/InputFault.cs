
namespace Router.Host.Cli;

/// <summary>The user's input cannot be used: told in one message, exit code 2, nothing half-written.</summary>
/// <param name="message">What was wrong, where, and what would be right.</param>
internal sealed class InputFault(string message) : Exception(message);
