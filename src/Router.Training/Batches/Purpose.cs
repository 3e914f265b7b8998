using Router.Votes.Noise;

namespace Router.Training.Batches;

/// <summary>
/// What a random number of a training is for. Each purpose has words of its own, so that one more use changes no other.
/// </summary>
internal enum Purpose : uint
{
    Weights,
    Order,
    Crop,
    Noise,
    Validation,
    Routing,
    Elsewhere,
    Round,
}

/// <summary>
/// The randomness of a training: words addressed by purpose, epoch and position (Philox), never a state that runs on. A
/// training that is resumed at an epoch sees what it would have seen.
/// </summary>
/// <param name="Seed">The recorded seed.</param>
internal readonly record struct TrainingSeed(ulong Seed)
{
    /// <summary>64 uniform bits.</summary>
    public ulong Word(Purpose purpose, int epoch, int position)
    {
        (uint low, uint high, _, _) = Philox4x32.Block(((uint)purpose, (uint)epoch, (uint)position, 0), Seed);
        return (ulong)high << 32 | low;
    }
}
