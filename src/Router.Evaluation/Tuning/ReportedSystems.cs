using System.Collections.Immutable;
using Router.Evaluation.Runs;
using Router.Evaluation.Tradeoffs.Scoring;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tuning;

/// <summary>Certificates from recorded votes: n0 of them select, n are bounded.</summary>
/// <param name="recorded">The votes.</param>
/// <param name="counts">n0 and n.</param>
/// <param name="alpha">α of each certificate.</param>
internal sealed class ReportedSystems(RecordedImages recorded, SampleCounts counts, double alpha)
{
    private readonly BoundTable _table = new();
    private readonly Dictionary<(int Network, decimal Theta), CountedExpert> _experts = [];

    /// <summary>One expert alone; every vote counts.</summary>
    /// <param name="network">Its place.</param>
    public Answer[] Alone(int network) => Singles.Of(StudyOf([Expert(network, 0)]), 0);

    /// <summary>A cascade.</summary>
    /// <param name="tuned">Its stages by the place of their network.</param>
    public Answer[] Of(TunedCascade tuned) => new CountedCascade(
        StudyOf([.. tuned.Networks.Select((network, stage) => Expert(network, tuned.ThetaOf(stage)))]),
        [.. Enumerable.Range(0, tuned.StageCount)]).Certify(tuned.ToCascade());

    private Study StudyOf(ImmutableArray<ExpertAnswers> experts) => new(
        experts, router: null, [.. recorded.Images.Select(image => image.Index)], recorded.Labels, alpha, _table);

    private CountedExpert Expert(int network, decimal theta)
    {
        if (_experts.TryGetValue((network, theta), out CountedExpert? known)) return known;
        VoteRecording recording = recorded.Networks[network];
        RecordingTerms terms = recording.Terms;
        NetworkVotes votes = new(
            terms.Network, terms.Sigma, new BoundFamily.FixedCount(),
            recorded.Images.ToDictionary(image => image.Index, image => new ImageVotes(
                image.Label, recording.Counts(image.Input, counts.SelectionRange, theta),
                recording.Counts(image.Input, counts.EstimationRange, theta), terms.StreamOf(image.Input))));
        return _experts[(network, theta)] = new(votes, _table, seconds: null);
    }
}
