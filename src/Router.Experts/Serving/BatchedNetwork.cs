using Router.Engine;

namespace Router.Experts.Serving;

/// <summary>A network whose forward passes are filled by a batcher.</summary>
/// <param name="Id">Its id in the registry.</param>
/// <param name="Samples">Votes on the samples of a pass.</param>
/// <param name="SharesPasses">
/// Whether samples of several requests may be in one pass. Networks whose layers are known treat the images of a batch
/// apart; what a foreign program does with a batch nobody knows, and a caller must not have a say in others' votes.
/// </param>
internal sealed record BatchedNetwork(string Id, SampleEvaluator Samples, bool SharesPasses);
