using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Tests.Loading;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Serving;

/// <summary>
/// The bundled networks of Shapes10 under many requests at once: each sample votes as it does when nobody else asks.
/// </summary>
public sealed class SharedPassTests
{
    [Theory]
    [InlineData(128, 1)]
    [InlineData(24, 1)]
    // Passes of two threads overlap where they are full.
    [InlineData(8, 2)]
    public async Task Every_sample_votes_beside_others_as_it_does_alone(int batch, int threads)
    {
        using LoadedRegistry registry = BundledRegistry.Load(
            BundledRegistry.Read(Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml")), batch: batch,
            machine: BundledRegistry.Machine with { Threads = threads });
        LoadedNetwork[] networks = [.. registry.Networks];
        Claim party = new() { Party = new object() };
        (LoadedNetwork Network, VoteRequest Request)[] asked =
        [
            .. Enumerable.Range(0, 36).Select(i => (networks[i % networks.Length], new VoteRequest(
                CardProbes.Patterns[i % CardProbes.Patterns.Count], new((ulong)(i % 5), (uint)i),
                new(i, i + 20 + 7 * (i % 6)))
            {
                Claim = (i % 4) switch { 0 => party, 1 => new() { Priority = 1 },
                    2 => new() { Deadline = DateTimeOffset.UnixEpoch }, _ => Claim.None },
            })),
        ];
        SampleVote[][] together = await Task.WhenAll(
            asked.Select(one => one.Network.Network.VoteSequenceAsync(one.Request, default)));
        for (int i = 0; i < asked.Length; i++)
            Assert.Equal(await AloneAsync(asked[i].Network, asked[i].Request, batch), together[i]);
        Assert.True(together.SelectMany(votes => votes).Select(vote => vote.Outcome).Distinct().Count() > 3);
    }

    // One pass, then the next.
    private static async Task<SampleVote[]> AloneAsync(LoadedNetwork network, VoteRequest request, int batch)
    {
        List<SampleVote> votes = [];
        for (long from = request.Range.From; from < request.Range.To; from += batch)
            votes.AddRange(await network.Network.VoteSequenceAsync(
                request with { Range = new(from, Math.Min(from + batch, request.Range.To)) }, default));
        return [.. votes];
    }
}
