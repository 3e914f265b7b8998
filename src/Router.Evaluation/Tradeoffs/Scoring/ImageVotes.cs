using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>What a network voted on one image.</summary>
/// <param name="Label">The image's true class; null where only others know it.</param>
/// <param name="Selection">The votes that select an outcome.</param>
/// <param name="Estimation">The votes that are bounded.</param>
/// <param name="Stream">Where their noise came from.</param>
internal sealed record ImageVotes(int? Label, VoteCounts Selection, VoteCounts Estimation, NoiseStream Stream);

/// <summary>What a network voted on every image.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sigma">σ of its noise, in [0,1] pixels.</param>
/// <param name="Family">The bounds that its votes may be turned into: how they were drawn decides it.</param>
/// <param name="Images">By index.</param>
internal sealed record NetworkVotes(
    string Id, decimal Sigma, BoundFamily Family, IReadOnlyDictionary<int, ImageVotes> Images)
{
    /// <summary>How many outcomes it votes over.</summary>
    public int OutcomeCount => Images.Values.First().Selection.Counts.Length;

    /// <summary>Which stream of each image's seed its noise came from, one on all images.</summary>
    public uint Stream => Images.Values.First().Stream.Id;

    /// <summary>The function that voted, one on all images.</summary>
    public string Function => Images.Values.First().Selection.FunctionId.Value;
}
