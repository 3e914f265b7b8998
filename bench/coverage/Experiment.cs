namespace Coverage.Bench;

/// <summary>
/// Certificates of one kind, made again and again where the truth lies as badly as it can, and a control that breaks
/// one rule.
/// </summary>
/// <param name="Name">What is certified.</param>
/// <param name="Control">Which rule the control breaks.</param>
/// <param name="RunAsync">
/// One run, by its number: whether the certificate is false, and whether the control's is.
/// </param>
internal sealed record Experiment(string Name, string Control, Func<int, Task<Outcome>> RunAsync);

/// <summary>What came of one run.</summary>
/// <param name="Wrong">The certificate claims more than is true.</param>
/// <param name="ControlWrong">The control's does.</param>
internal readonly record struct Outcome(bool Wrong, bool ControlWrong);
