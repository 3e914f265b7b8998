using System.Collections.Immutable;
using Router.Evaluation.Logs;
using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Runs;

/// <summary>
/// What a recording of one network's votes is about: everything but the votes. Written as JSON beside them, so that
/// anyone can say which draw a byte of the recording stands for (docs/formats.md, section 3).
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Network">The network's id in the registry.</param>
/// <param name="Function">
/// Its function id, lower-case hex of a SHA-256: that of the network without a threshold, whatever the registry says,
/// so that one recording serves every θ.
/// </param>
/// <param name="Sigma">σ of its noise in [0,1] pixels.</param>
/// <param name="Stream">Which noise stream of each image's seed it drew from.</param>
/// <param name="Outcomes">How many outcomes it votes over, at most <see cref="MostOutcomes"/>.</param>
/// <param name="Draws">Draws per image: samples 0 … Draws − 1.</param>
/// <param name="Seed">
/// The caller's seed, from which each image's seed follows (<see cref="SeedSource.FromCaller"/>).
/// </param>
/// <param name="Data">The data set, split included.</param>
/// <param name="Images">The images, in the order of the recording's rows.</param>
public sealed record RecordingTerms(
    string Schema, string Network, string Function, decimal Sigma, uint Stream, int Outcomes, int Draws, ulong Seed,
    string Data,
    ImmutableArray<RecordedImage> Images) : ITerms<RecordingTerms>
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const string CurrentSchema = "dualrs.votes/2";

    /// <summary>An outcome is one byte, and one of its values says undecided.</summary>
    public const int MostOutcomes = 255;

    /// <summary>The noise of one image.</summary>
    public NoiseStream StreamOf(GridInput input) => StreamOf(input.Hash);

    /// <summary>The noise of one image, known by its hash.</summary>
    /// <param name="inputHash"><see cref="GridInput.Hash"/>.</param>
    public NoiseStream StreamOf(string inputHash) => new(SeedSource.FromCaller(Seed).SeedForInput(inputHash), Stream);

    bool ITerms<RecordingTerms>.IsWhole => Draws > 0 && Outcomes is > 0 and <= MostOutcomes && !Images.IsDefault;

    /// <inheritdoc/>
    public string? Difference(RecordingTerms now) =>
        Network != now.Network ? $"it is of network {Network}, not {now.Network}"
        : Function != now.Function
            ? $"{Network} was another function, {Function}: other weights, settings, build or machine"
        : (Sigma, Stream, Outcomes) != (now.Sigma, now.Stream, now.Outcomes)
            ? $"{Network} had σ {Sigma}, stream {Stream} and {Outcomes} outcomes"
        : (Draws, Seed) != (now.Draws, now.Seed)
            ? $"it has {Draws} draws per image of seed {Seed}, not {now.Draws} of seed {now.Seed}"
        : Data != now.Data || !Images.SequenceEqual(now.Images) ? $"it is about {Images.Length} other images, of {Data}"
        : null;
}

/// <summary>An image of a recording.</summary>
/// <param name="Index">Its index in the data set.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Input">SHA-256 of the input: <see cref="GridInput.Hash"/>.</param>
public sealed record RecordedImage(int Index, int Label, string Input);
