using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace Router.Evaluation.Tests.Runs;

/// <summary>Recordings of a voter whose votes follow from its noise: what is replayed must be what it votes.</summary>
public sealed class VoteRecordingTests : IDisposable
{
    private const int Draws = 5000;

    private static readonly GridInput[] Images = [
        .. Enumerable.Range(0, 3).Select(i => new GridInput(new byte[] { (byte)i, 7 }, 1, 1, 2))];

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RecordingTerms Terms(IVoter voter, string network = "s025", uint stream = 1, ulong seed = 9) => new(
        RecordingTerms.CurrentSchema, network, voter.FunctionId.Value, voter.Sigma, stream, voter.OutcomeCount, Draws,
        seed, "toys test",
        [.. Images.Select((image, index) => new RecordedImage(20 * index, index, image.Hash))]);

    private async Task Record(
        ISequenceVoter voter, RecordingTerms terms, CancellationToken cancellationToken = default,
        IProgress<long>? progress = null)
    {
        using VoteRecorder recorder = VoteRecorder.Open(_folder, terms);
        await recorder.RecordAsync(voter, image => Images[image.Index / 20], progress, cancellationToken);
    }

    [Fact]
    public async Task A_replayed_range_has_the_votes_that_the_network_gives_there()
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        RecordedVoter replayed = new(VoteRecording.Open(_folder, "s025"), peersFrom: 100);
        foreach (GridInput image in Images)
        {
            NoiseStream stream = Terms(voter).StreamOf(image);
            foreach (SampleRange range in (SampleRange[])[new(0, 100), new(100, Draws), new(2047, 2049)])
            {
                VoteCounts live = await voter.VoteAsync(new(image, stream, range), default),
                again = await replayed.VoteAsync(new(image, stream, range), default);
                Assert.Equal(live.Counts, again.Counts);
                Assert.Equal(
                    (live.Undecided, live.Range, live.FunctionId), (again.Undecided, again.Range, again.FunctionId));
            }
        }
    }

    [Fact]
    public async Task A_peers_range_is_answered_with_the_samples_that_stand_for_it()
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        RecordedVoter replayed = new(VoteRecording.Open(_folder, "s025"), peersFrom: 100);
        NoiseStream stream = Terms(voter).StreamOf(Images[0]);
        VoteCounts peer = await replayed.VoteAsync(
            new(Images[0], stream, new SampleCounts(100, 400).PeerRange), default);
        Assert.Equal((await voter.VoteAsync(new(Images[0], stream, new(100, 500)), default)).Counts, peer.Counts);
        Assert.Equal(new SampleCounts(100, 400).PeerRange, peer.Range);
    }

    [Fact]
    public async Task A_certificate_from_a_recording_is_the_one_the_networks_give_at_the_same_seed()
    {
        WordVoter router = new(1m, 2), low = new(0.25m, 3), high = new(1m, 3);
        await Record(router, Terms(router, "router", stream: 0));
        await Record(low, Terms(low, "s025", stream: 1));
        await Record(high, Terms(high, "s100", stream: 2));
        RoutedClassifier live = new("router", router, [new("s025", low), new("s100", high)]);
        RecordedVoter Replayed(string id) => new(VoteRecording.Open(_folder, id), peersFrom: 100);
        RoutedClassifier replayed =
            new("router", Replayed("router"), [new("s025", Replayed("s025")), new("s100", Replayed("s100"))]);
        CertificationPlan plan = new(new(100, 4000), new(100, 4000), 0.001) { Kind = CertificateKind.Dual };
        foreach (GridInput image in Images)
        {
            Certificate expected = await live.CertifyAsync(image, plan, SeedSource.FromCaller(9));
            Certificate actual = await replayed.CertifyAsync(image, plan, SeedSource.FromCaller(9));
            Assert.True(expected.Radius > 0);
            Assert.Equal(
                (expected.Class, expected.Radius, expected.SamplesDrawn),
                (actual.Class, actual.Radius, actual.SamplesDrawn));
        }
    }

    [Fact]
    public async Task A_recording_that_was_stopped_anywhere_continues_to_the_same_bytes()
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        string path = Path.Combine(_folder, "s025.votes");
        byte[] whole = File.ReadAllBytes(path);
        Assert.Equal(2 * 3 * Draws, whole.Length);
        foreach (int length in (int[])[0, 1, 4096, 4097, 2 * Draws - 1, 2 * Draws, 4 * Draws + 17])
        {
            File.WriteAllBytes(path, whole[..length]);
            await Record(voter, Terms(voter));
            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public async Task A_cancelled_recording_keeps_what_it_wrote_and_a_reader_is_told_how_much_there_is()
    {
        using CancellationTokenSource stop = new();
        // What comes behind two writes is never done.
        WordVoter voter = new(0.25m, 3)
        {
            AfterRange = past =>
            {
                if (past <= 4096) return;
                stop.Token.WaitHandle.WaitOne();
                stop.Token.ThrowIfCancellationRequested();
            },
        };
        Told<long> twoWrites = new(draws => { if (draws == 4096) stop.Cancel(); });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Record(voter, Terms(voter), stop.Token, twoWrites));
        VoteRecording recording = VoteRecording.Open(_folder, "s025");
        Assert.Equal(0, recording.CompleteImages);
        Assert.Equal(4096, recording.Counts(Images[0].Hash, new(0, 4096)).Total);
        ArgumentException fault =
            Assert.Throws<ArgumentException>(() => recording.Counts(Images[0].Hash, new(0, 4097)));
        Assert.Contains(
            "samples [0, 4097) of image 0 are not in the recording of s025, which has 4096 of them", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_of_another_function_seed_or_image_is_not_continued()
    {
        WordVoter voter = new(0.25m, 3), other = new(0.5m, 3);
        await Record(voter, Terms(voter));
        Assert.Contains("another function", Refusal(Terms(voter) with { Function = "ab" }), StringComparison.Ordinal);
        Assert.Contains(
            "had σ 0.25, stream 1", Refusal(Terms(voter) with { Sigma = other.Sigma }), StringComparison.Ordinal);
        Assert.Contains(
            "of seed 9, not 5000 of seed 8", Refusal(Terms(voter) with { Seed = 8 }), StringComparison.Ordinal);
        Assert.Contains(
            "3 other images", Refusal(Terms(voter) with { Images = Terms(voter).Images[..2] }),
            StringComparison.Ordinal);
    }

    private string Refusal(RecordingTerms terms) =>
        Assert.Throws<BadInputException>(() => VoteRecorder.Open(_folder, terms).Dispose()).Message;

    [Fact]
    public async Task Noise_of_another_seed_is_not_replayed_as_if_it_were_this()
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        RecordedVoter replayed = new(VoteRecording.Open(_folder, "s025"), peersFrom: 100);
        NoiseStream stream = Terms(voter, seed: 10).StreamOf(Images[0]);
        await Assert.ThrowsAsync<ArgumentException>(
            () => replayed.VoteAsync(new(Images[0], stream, new(0, 10)), default));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.005")]
    [InlineData("0.35")]
    [InlineData("0.995")]
    public async Task Votes_below_a_threshold_are_counted_as_passes_of_another_function(string threshold)
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        VoteRecording recording = VoteRecording.Open(_folder, "s025");
        decimal theta = decimal.Parse(threshold);
        SampleRange range = new(17, 4000);
        VoteCounts counts = recording.Counts(Images[1].Hash, range, theta),
            plain = recording.Counts(Images[1].Hash, range);
        SampleVote[] votes = await voter.VoteSequenceAsync(
            new(Images[1], Terms(voter).StreamOf(Images[1]), range), default);
        bool Counts(SampleVote vote) => vote.Outcome >= 0 && vote.Step / 200m >= theta;
        Assert.Equal(
            Enumerable.Range(0, 3).Select(c => (long)votes.Count(vote => Counts(vote) && vote.Outcome == c)),
            counts.Counts);
        Assert.Equal(votes.Count(vote => vote.Outcome >= 0 && !Counts(vote)), counts.Passed);
        Assert.Equal((plain.Undecided, 0), (counts.Undecided, plain.Passed));
        Assert.Equal(theta == 0, counts.FunctionId == plain.FunctionId);
        Assert.Equal(theta == 0, counts.Passed == 0);
        RecordedVoter replayed = new(recording, peersFrom: 100, PassThreshold.At(theta));
        VoteCounts again = await replayed.VoteAsync(
            new(Images[1], Terms(voter).StreamOf(Images[1]), range), default);
        Assert.Equal((replayed.FunctionId, counts.Passed), (counts.FunctionId, again.Passed));
        Assert.Equal(counts.Counts, again.Counts);
    }

    [Fact]
    public async Task A_recording_of_one_byte_a_draw_is_refused_and_one_is_told_to_record_again()
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        string terms = Path.Combine(_folder, "s025.votes.json");
        File.WriteAllText(terms, File.ReadAllText(terms).Replace("votes/2", "votes/1", StringComparison.Ordinal));
        Assert.Contains(
            "it is of schema 'dualrs.votes/1' or lacks something: this version reads dualrs.votes/2; begin the "
            + "recording again, in another folder",
            Assert.Throws<BadInputException>(() => VoteRecording.Open(_folder, "s025")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 201, "byte 1235 is 201, which is no confidence of outcome 0")]
    [InlineData(255, 1, "byte 1235 is 1, which is no confidence of outcome 255")]
    public async Task A_byte_that_is_no_confidence_is_named_with_its_place(byte outcome, byte step, string message)
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        string path = Path.Combine(_folder, "s025.votes");
        byte[] votes = File.ReadAllBytes(path);
        (votes[1234], votes[1235]) = (outcome, step);
        File.WriteAllBytes(path, votes);
        Assert.Contains(message,
            Assert.Throws<BadInputException>(() => VoteRecording.Open(_folder, "s025")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(254)]
    public async Task A_byte_that_is_no_outcome_is_named_with_its_place(byte foreign)
    {
        WordVoter voter = new(0.25m, 3);
        await Record(voter, Terms(voter));
        string path = Path.Combine(_folder, "s025.votes");
        byte[] votes = File.ReadAllBytes(path);
        votes[1234] = foreign;
        File.WriteAllBytes(path, votes);
        Assert.Contains(
            $"byte 1234 is {foreign}",
            Assert.Throws<BadInputException>(() => VoteRecording.Open(_folder, "s025")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_with_more_outcomes_than_a_byte_tells_is_refused()
    {
        WordVoter voter = new(0.25m, 1000);
        Assert.Contains(
            "1000 outcomes",
            Assert.Throws<ArgumentException>(() => VoteRecorder.Open(_folder, Terms(voter)).Dispose()).Message,
            StringComparison.Ordinal);
    }

    // Mostly one outcome, sometimes another or none, as the stream's word says.
    private sealed class WordVoter(decimal sigma, int outcomes) : ISequenceVoter
    {
        public Action<long> AfterRange { get; init; } = _ => { };

        public FunctionId FunctionId { get; } = FunctionId.Of(
            [new("sigma", $"{sigma}"), new("outcomes", $"{outcomes}")]);

        public decimal Sigma => sigma;

        public int OutcomeCount => outcomes;

        public Task<SampleVote[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            SampleVote[] votes = new SampleVote[request.Range.Count];
            for (int i = 0; i < votes.Length; i++)
            {
                ulong word = request.Stream.Uniform(request.Range.From + i, 0) % 100;
                byte step = (byte)(request.Stream.Uniform(request.Range.From + i, 1) % (PassThreshold.Steps + 1));
                votes[i] = word == 0 ? new(SampleVote.Undecided, 0) : new(word < 10 ? (int)word % outcomes : 0, step);
            }
            AfterRange(request.Range.To);
            return Task.FromResult(votes);
        }

        public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
        {
            SampleVote[] votes = await VoteSequenceAsync(request, cancellationToken);
            return PassThreshold.At(0).Count(votes, outcomes, request.Range, FunctionId);
        }
    }
}
