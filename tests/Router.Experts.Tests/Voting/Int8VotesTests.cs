using Router.Engine;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Loading;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Voting;

/// <summary>Networks of 8-bit integers beside those of floats that they are made from.</summary>
public sealed class Int8VotesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-int8-");

    public void Dispose() => _folder.Delete(recursive: true);

    private RegistryConfig Config(string type, string checkpoint) =>
        BundledRegistry.Single(
            _folder.FullName, BundledRegistry.Weights(checkpoint), sigma: "0.50",
            more: $"devices: {{ dtype: {type} }}");

    // Of 3 000 votes on a picture some 25 are others (measured), as with a little more noise.
    [Theory]
    [InlineData("noise_0.50")]
    [InlineData("consistency_0.50")]
    [InlineData("mix_0.50")]
    public async Task Nearly_every_vote_is_that_of_the_floats_and_counts_are_as_near(string checkpoint)
    {
        Assert.SkipUnless(Machine.Multiplies8Bit, "needs a processor that multiplies 8-bit integers");
        using LoadedRegistry floats = BundledRegistry.Load(Config("float32", checkpoint), batch: 50),
            integers = BundledRegistry.Load(Config("int8", checkpoint), batch: 50);
        Assert.NotEqual(floats.Experts[0].Voter.FunctionId, integers.Experts[0].Voter.FunctionId);
        int others = 0, all = 0;
        foreach (GridInput picture in CardProbes.Patterns)
            for (int from = 0; from < 500; from += 50, all += 50)
            {
                VoteRequest request = new(picture, new(3, 0), new(from, from + 50));
                VoteCounts one = await floats.Experts[0].Voter.VoteAsync(request, CancellationToken.None),
                    other = await integers.Experts[0].Voter.VoteAsync(request, CancellationToken.None);
                others += (int)one.Counts.Zip(other.Counts, (a, b) => Math.Abs(a - b)).Sum() / 2;
            }
        Assert.InRange(others, 1, all / 40);
    }

    // Of blocks of one size alone, the first failed: a layer of it answers more than the largest level.
    [Theory]
    [InlineData("noise_0.12", "0.12")]
    [InlineData("consistency_1.00", "1.00")]
    public async Task Scales_leave_room_for_pictures_that_they_were_not_taken_on(string checkpoint, string sigma)
    {
        Assert.SkipUnless(Machine.Multiplies8Bit, "needs a processor that multiplies 8-bit integers");
        using LoadedRegistry loaded = BundledRegistry.Load(BundledRegistry.Single(
            _folder.FullName, BundledRegistry.Weights(checkpoint), sigma: sigma, more: "devices: { dtype: int8 }"));
        CardProbes probes = new((_, _) => null);
        ProbeResult patterns = (await probes.RunAsync(loaded.Experts[0], 1, accuracyDraws: 1))[0];
        Assert.Equal(("patterns", ProbeVerdict.Passed), (patterns.Probe, patterns.Verdict));
    }

    [Fact]
    public void A_network_without_an_8_bit_form_is_refused_by_name()
    {
        Assert.SkipUnless(Machine.Multiplies8Bit, "needs a processor that multiplies 8-bit integers");
        string archive = Path.Combine(
            Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference", "mean_colour.pt");
        string message = Assert.Throws<RegistryLoadException>(() => BundledRegistry.Load(BundledRegistry.Single(
            _folder.FullName, archive, "none", "torchscript", more: "    trust: true\ndevices: { dtype: int8 }"))
            .Dispose()).Message;
        Assert.Contains("dtype int8 is there for CIFAR ResNets alone", message, StringComparison.Ordinal);
    }
}
