using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Logs;

/// <summary>What one stage drew for one image: a row of a counts file.</summary>
/// <param name="Index">The image's index in its data set split.</param>
/// <param name="Stage">"router", "expert", "peer", "earlier" or "later".</param>
/// <param name="Id">The network's id.</param>
/// <param name="Sigma">σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Selection">The votes that selected the outcome.</param>
/// <param name="Estimation">The votes that are bounded; of no draws where there was no need.</param>
/// <param name="Family">The bounds that these votes may be turned into.</param>
internal sealed record CountsRow(
    int Index, string Stage, string Id, decimal Sigma, NoiseStream Stream, VoteCounts Selection, VoteCounts Estimation,
    BoundFamily Family);
