using System.Collections.Immutable;
using Router.Evaluation.Tuning;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Tests.Tuning;

/// <summary>Votes that are made up: of each image how many fall on a class, at which confidence.</summary>
internal static class VotesOfAWorld
{
    public static TunedNetwork Network(string id, decimal sigma, int classes) => new(id, sigma, "f" + id, classes);

    /// <summary>So many votes for a class at a confidence.</summary>
    public static IEnumerable<SampleVote> Votes(int count, int outcome, double confidence) =>
        Enumerable.Repeat(new SampleVote(
            outcome, outcome < 0 ? (byte)0 : PassThreshold.StepOf(confidence)), count);

    /// <summary>Votes at random, mostly on one class, sometimes undecided.</summary>
    public static VotesByConfidence Random(string id, decimal sigma, int classes, int images, int draws, ulong seed)
    {
        NoiseStream stream = new(seed, 0);
        return new(Network(id, sigma, classes), draws, [.. Enumerable.Range(0, images).Select(image =>
            Enumerable.Range(0, draws).Select(draw => Vote(image, draw)).ToArray())]);

        SampleVote Vote(int image, int draw)
        {
            ulong word = stream.Uniform(image, draw), rest = word >> 32;
            ulong favourite = stream.Uniform(image, draws) % (ulong)classes;
            ulong sure = stream.Uniform(image, draws + 1) % 100;
            return word % 200 == 0 ? new(SampleVote.Undecided, 0)
                : new((int)(word % 100 < sure ? favourite : rest % (ulong)classes), (byte)(rest / 256 % 200));
        }
    }

    public static TuningVotes Of(
        ImmutableArray<int> labels, long estimation, params ImmutableArray<VotesByConfidence> networks) =>
        new(networks, labels, estimation, 0.001);
}
