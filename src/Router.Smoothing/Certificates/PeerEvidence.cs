using Router.Smoothing.Noise;

namespace Router.Smoothing;

/// <summary>
/// Evidence of an expert that is not the routed one, for the routed expert's class: within its radius a change of route to it is harmless.
/// </summary>
/// <param name="Route">The index of its route.</param>
/// <param name="Class">The class, selected by the routed expert.</param>
/// <param name="Id">The id of the expert in the registry.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Where its noise came from.</param>
/// <param name="Estimation">The votes that bound the probability of the class.</param>
/// <param name="Alpha">The bound's share of the failure probability.</param>
public sealed record PeerEvidence(int Route, int Class, string Id, decimal Sigma, NoiseStream Stream, Votes Estimation, double Alpha)
    : StageEvidence(Id, Sigma, Stream, NoneBefore(Estimation), Estimation, Alpha)
{
    /// <summary>The given class.</summary>
    public override int Selected => Class;

    private static Votes NoneBefore(Votes votes) => new([.. votes.Counts.Select(_ => 0L)], 0, new(votes.Range.From, votes.Range.From), votes.FunctionId);
}
