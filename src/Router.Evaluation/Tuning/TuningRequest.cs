using System.Collections.Immutable;
using Router.Evaluation.Runs;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tuning;

/// <summary>What a tuning is asked for.</summary>
/// <param name="ChosenOn">Recordings to choose on, as folder and network.</param>
public sealed record TuningRequest(ImmutableArray<(string Folder, string Network)> ChosenOn)
{
    /// <summary>Which of their images count.</summary>
    public Func<int, bool> Wanted { get; init; } = _ => true;

    /// <summary>Recordings to report on; none where nothing is to be reported.</summary>
    public ImmutableArray<(string Folder, string Network)> ReportedOn { get; init; } = [];

    /// <summary>Whether a file belongs to a recording that is read.</summary>
    /// <param name="path">Its full path.</param>
    public bool Reads(string path) => ChosenOn.Concat(ReportedOn).Any(
        one => path == VoteRecording.VotesPath(one.Folder, one.Network)
            || path == VoteRecording.TermsOf(one.Folder, one.Network).Path);

    /// <summary>Which of their images count.</summary>
    public Func<int, bool> Reported { get; init; } = _ => true;

    /// <summary>The grid of radii, ascending.</summary>
    public ImmutableArray<double> Radii { get; init; } = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

    /// <summary>How much the least share of the envelope counts beside the mean; unless there are wishes.</summary>
    public TuningAim.OfShares Shares { get; init; } = TuningAim.OfShares.Least;

    /// <summary>Weights of radii, which sum to 1; none where shares are the aim.</summary>
    public ImmutableArray<StudyWish> Wishes { get; init; } = [];

    /// <summary>The most that may be chosen.</summary>
    public TuningFreedom Freedom { get; init; } = TuningFreedom.Classes;

    /// <summary>Experts that may be asked; none for all that are recorded.</summary>
    public ImmutableArray<string> Experts { get; init; } = [];

    /// <summary>Experts whose best at each radius shares are of; none for all that are recorded.</summary>
    public ImmutableArray<string> Envelope { get; init; } = [];

    /// <summary>α of each certificate.</summary>
    public double FailureProbability { get; init; } = 0.001;

    /// <summary>n0 of certificates that are reported.</summary>
    public int Selection { get; init; } = 100;

    /// <summary>n of certificates: expected where images are chosen on, drawn where they are reported on.</summary>
    public int Estimation { get; init; } = 10_000;

    /// <summary>Into how many parts images fall for cross-validation, ≥ 2.</summary>
    public int Parts { get; init; } = 5;

    /// <summary>Which image is in which part, and what the bootstrap draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether the front of least and mean share is to be traced.</summary>
    public bool Front { get; init; }

    /// <summary>On how many images what no rule keeps is bounded at most; 0 for none.</summary>
    public int BoundImages { get; init; }
}
