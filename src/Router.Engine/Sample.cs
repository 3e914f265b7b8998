using Router.Votes;
using Router.Votes.Noise;

namespace Router.Engine;

/// <summary>
/// One noisy image to vote on: the noise depends on stream and index alone, never on the batch it is evaluated in.
/// </summary>
/// <param name="Input">The image x.</param>
/// <param name="Stream">Where its noise comes from.</param>
/// <param name="Index">Its sample index in the stream.</param>
/// <param name="AsksConfidence">Whether its vote is to say how sure it is; a plain vote need not.</param>
internal readonly record struct Sample(GridInput Input, NoiseStream Stream, long Index, bool AsksConfidence = false);
