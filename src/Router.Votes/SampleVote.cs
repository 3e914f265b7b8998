namespace Router.Votes;

/// <summary>What a network voted on one sample, and how sure it was.</summary>
/// <param name="Outcome">The outcome, from 0; <see cref="Undecided"/> where there is none.</param>
/// <param name="Step">
/// Its confidence in steps of <see cref="PassThreshold.Steps"/>, rounded down; 0 where it is undecided or was not asked
/// for.
/// </param>
public readonly record struct SampleVote(int Outcome, byte Step)
{
    /// <summary>The outcome of a sample whose noise or logits decide nothing.</summary>
    public const int Undecided = -1;
}
