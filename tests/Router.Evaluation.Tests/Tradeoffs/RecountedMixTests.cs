using System.Collections.Immutable;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Tests.Tradeoffs;

/// <summary>
/// Systems scored from counts against certificates that the estimator made from the same recorded votes, sample by
/// sample.
/// </summary>
public sealed class RecountedMixTests : IAsyncLifetime
{
    private const int Images = 40, Draws = 1100, Selection = 100;
    private const ulong Seed = 4;
    private static readonly string[] Experts = ["s012", "s050", "s100"];
    private static readonly decimal[] Sigmas = [0.12m, 0.5m, 1m];
    private static readonly GridInput[] Inputs = [
        .. Enumerable.Range(0, Images).Select(i => new GridInput(new byte[] { (byte)i, 9 }, 1, 1, 2))];

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-recounted-").FullName;

    public async ValueTask InitializeAsync() => await RecordAllAsync(_folder, [0, 1, 2]);

    // Route k leads to expert order[k]; the votes are the same in every order.
    private static async Task RecordAllAsync(string folder, int[] order)
    {
        await RecordAsync(folder, "router", 1m, 0, new SharesVoter("router", 1m,
            [.. Inputs.Select((_, i) => Shares(i, 5, 3))]) { Order = order });
        for (int k = 0; k < Experts.Length; k++)
            await RecordAsync(folder, Experts[order[k]], Sigmas[order[k]], (uint)k + 1,
                new SharesVoter(Experts[order[k]], Sigmas[order[k]],
                    [.. Inputs.Select((_, i) => Shares(i, order[k], 4))]) { Stream = (uint)order[k] + 1 });
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void What_reported_images_cost_has_no_say_in_the_choice()
    {
        bool isOtherOverall = false;
        foreach ((double most, ulong seed) in Study().Systems.Select(system => system.Cost.Samples).OfType<double>()
            .Distinct().SelectMany(most => Enumerable.Range(0, 4).Select(seed => (most, (ulong)seed))))
        {
            TradeoffDocument study = Study(request => request with
            {
                Wishes = [new(0.1, 1)], MaxCost = most, Seed = seed,
            });
            StudyChoice choice = study.Choice!;
            double all = study.System(choice.Chosen).Cost.Samples!.Value;
            Assert.True(2 * all - choice.Samples!.Value <= most + 1e-6);
            isOtherOverall |= choice.Considered != study.Systems.Count(
                system => system.Standing != "bound" && system.Cost.Samples <= most);
        }
        Assert.True(isOtherOverall);
    }

    public static TheoryData<string, string, string> Systems => new()
    {
        { "s012,s050,s100", "mostVoted", "dual" }, { "s012,s050,s100", "mostVoted", "exclusion" },
        { "s012,s050,s100", "0.3", "exclusion" }, { "s012,s050,s100", "0.8", "exclusion" },
        { "s012,s100", "mostVoted", "dual" }, { "s012,s100", "mostVoted", "exclusion" },
        { "s050,s100", "0.8", "exclusion" },
    };

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task A_system_scored_from_counts_is_the_one_that_certification_gives(
        string mix, string routing, string certificate)
    {
        string[] ids = mix.Split(',');
        bool quantile = decimal.TryParse(routing, out decimal tau), dual = certificate == "dual";
        TradeoffDocument study = Study();
        string name = $"{string.Join('+', ids)} {(quantile ? $"quantile {routing}" : certificate)}";
        StudySystem system = study.System(name);

        RoutedClassifier all = new(
            "router", Replayed("router", ids), [.. Experts.Select(id => new Route(id, Replayed(id, ids)))],
            quantile ? new RoutingRule.Quantile(tau) : null);
        RoutedClassifier classifier = all.Restrict(ids);
        CertificationPlan plan = new(new(Selection, Draws - Selection), new(Selection, Draws - Selection), 0.001)
        {
            Kind = dual ? CertificateKind.Dual : CertificateKind.Exclusion, TwoSided = !dual,
        };
        double samples = 0;
        int[] held = new int[study.Radii.Length];
        int abstained = 0, limitedByOthers = 0;
        Dictionary<string, int> routes = ids.ToDictionary(id => id, _ => 0);
        for (int i = 0; i < Images; i++)
        {
            Certificate made = await classifier.CertifyAsync(Inputs[i], plan, SeedSource.FromCaller(Seed));
            samples += made.SamplesDrawn;
            if (made.Class is null) abstained++;
            if (made.Expert is not null) routes[made.Expert.Id]++;
            if (made.Class is not null && made.LimitingStage is Stage.Router or Stage.Peer) limitedByOthers++;
            for (int k = 0; k < held.Length; k++)
                if (made.Class == i % 4 && made.Radius >= study.Radii[k]) held[k]++;
        }
        Assert.Equal(held.Select(count => (double)count / Images), system.Accuracy.Select(at => at.Share));
        Assert.Equal((double)abstained / Images, system.Abstained);
        Assert.Equal(samples / Images, system.Cost.Samples!.Value, 1e-9);
        Assert.Equal(ids.Select(id => (double)routes[id] / Images), system.Routes);
        Assert.True(
            held[0] > 4 && limitedByOthers > 0,
            $"{held[0]} hold, {limitedByOthers} are limited by router or peer: too few to show anything");
        Assert.Equal("certificate", system.Standing);
    }

    [Theory]
    [InlineData("s100>s050>s012", "0.5,0.5")]
    [InlineData("s100>s050>s012", "0.7,0.5")]
    [InlineData("s100>s012", "0.8")]
    [InlineData("s100>s050>s012", "[0.35 0.6 0.45 0.7],0.55")]
    [InlineData("s050>s100>s012", "[0.4 0.4 0.3 0.3],[0.6 0.4 0.5 0.45]")]
    public async Task A_cascade_scored_from_counts_is_the_one_that_certification_gives(string order, string thresholds)
    {
        string[] ids = order.Split('>');
        Assert.True(Cascade.TryParse(thresholds, out Cascade? rule));
        TradeoffDocument study = Study(request => request with { Cascades = [new([.. ids], rule)] });
        StudySystem system = study.System($"{order} cascade {thresholds}");
        // There stage i draws from stream i + 1, which is not the one that its expert was recorded on.
        RoutedClassifier cascade = new(
            [.. ids.Select(id => new Route(id, Replayed(id, [])))], rule);
        CertificationPlan plan = new(new(Selection, Draws - Selection), new(Selection, Draws - Selection), 0.001);
        Certificate[] made =
            await Task.WhenAll(Inputs.Select(input => cascade.CertifyAsync(input, plan, SeedSource.FromCaller(Seed))));
        Assert.Equal(made.Average(certificate => certificate.SamplesDrawn), system.Cost.Samples!.Value, 1e-9);
        Assert.Equal(
            made.Select((certificate, i) => certificate.Class == i % 4 ? certificate.Radius : 0).Average(),
            system.MeanRadius!.Value, 1e-12);
        Assert.Equal(study.Radii.Select(radius => made.Where((certificate, i) => certificate.Class == i % 4
            && certificate.Radius >= radius).Count() / (double)Images), system.Accuracy.Select(at => at.Share));
        Assert.Contains(made, certificate => certificate.Class is not null);
        Assert.True(thresholds[0] is '[' || thresholds[0..3] == "0.5"
            || made.Any(certificate => certificate.LimitingStage == Stage.Later));
    }

    [Theory]
    [InlineData("s100,s050,s012", "0.5", "is for 2 experts, each once, not for s100>s050>s012")]
    [InlineData("s100,s100", "0.5", "is for 2 experts, each once, not for s100>s100")]
    [InlineData("s100,s012", "[0.5 0.6]", "has thresholds for 2 classes, its experts vote over 4")]
    [InlineData("s100,s007", "0.5", "there is no expert 's007'")]
    public void A_cascade_that_cannot_be_is_not_scored(string order, string thresholds, string why)
    {
        Assert.True(Cascade.TryParse(thresholds, out Cascade? rule));
        Assert.Contains(why, Assert.Throws<BadInputException>(
            () => Study(request => request with { Cascades = [new([.. order.Split(',')], rule)] })).Message);
    }

    // Each passes with probability θ, whatever it votes.
    [Theory]
    [InlineData("s100@0.3>s050@0.1>s012")]
    [InlineData("s100@0.1>s050")]
    [InlineData("s100>s012@0.3")]
    public async Task A_cascade_of_experts_that_pass_is_the_one_that_certification_gives(string order)
    {
        ScoredId[] ids = [.. order.Split('>').Select(ScoredId.Of)];
        PassThreshold[] passes = [PassThreshold.At(0.1m), PassThreshold.At(0.3m)];
        TradeoffDocument study = Study(
            request => request with { Material = request.Material with { Passes = [.. passes] } });
        string thresholds = string.Join(',', ids.Skip(1).Select(_ => "0.5"));
        StudySystem system = study.System($"{order} cascade {thresholds}");
        RoutedClassifier cascade = new(
            [.. ids.Select(id => new Route(id.Network, Replayed(id.Network, [], id.Pass)))],
            new Cascade([.. thresholds.Split(',').Select(decimal.Parse)]));
        CertificationPlan plan = new(new(Selection, Draws - Selection), new(Selection, Draws - Selection), 0.001);
        Certificate[] made =
            await Task.WhenAll(Inputs.Select(input => cascade.CertifyAsync(input, plan, SeedSource.FromCaller(Seed))));
        Assert.Equal(
            made.Select((certificate, i) => certificate.Class == i % 4 ? certificate.Radius : 0).Average(),
            system.MeanRadius!.Value, 1e-12);
        Assert.Equal(made.Average(certificate => certificate.SamplesDrawn), system.Cost.Samples!.Value, 1e-9);
        Assert.Contains(made, certificate => certificate.Radius > 0);
        Assert.All(ids, id => Assert.Equal(
            id.Pass.Of(study.Networks.Single(network => network.Id == id.Network) is var plain
                ? new FunctionId(plain.Function!) : default).Value,
            study.Networks.Single(network => network.Id == id.ToString()).Function));
    }

    [Fact]
    public void Thresholds_of_a_study_change_nothing_of_what_it_says_without_them()
    {
        TradeoffDocument plain = Study(), passes = Study(request => request with
        {
            Material = request.Material with { Passes = [PassThreshold.At(0.3m)] },
        });
        foreach (StudySystem system in plain.Systems)
        {
            StudySystem same = passes.System(system.Name);
            Assert.Equal(system.Accuracy.Select(at => at.Share), same.Accuracy.Select(at => at.Share));
            Assert.Equal((system.MeanRadius, system.Cost.Samples), (same.MeanRadius, same.Cost.Samples));
        }
        // Three networks, each as it is or with θ: subsets of two or more.
        Assert.Equal(3 * 4 + 8, passes.Systems.Where(system => system.Kind == SystemKinds.Cascade)
            .Select(system => string.Join('>', system.Experts)).Distinct().Count());
        Assert.DoesNotContain(passes.Systems, system => system.Kind != SystemKinds.Cascade
            && system.Kind != SystemKinds.Single && system.Experts.Any(id => ScoredId.Of(id).IsVariant));
    }

    [Fact]
    public void A_named_cascade_that_asks_a_network_twice_is_refused() =>
        Assert.Contains("is for 2 experts, each once, not for s100>s100@0.3", Assert.Throws<BadInputException>(() =>
            Study(request => request with
            {
                Cascades = [new(["s100", "s100@0.3"], new Cascade(0.5m))],
                Material = request.Material with { Passes = [PassThreshold.At(0.3m)] },
            })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_mix_that_asks_a_network_twice_is_refused() =>
        Assert.Contains("names a network more than once", Assert.Throws<BadInputException>(() => Study(
            request => request with
            {
                Mixes = [["s100", "s100@0.3"]],
                Material = request.Material with { Passes = [PassThreshold.At(0.3m)] },
            })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_single_expert_scored_from_counts_is_the_one_that_certification_gives()
    {
        StudySystem alone = Study().System("s050");
        RoutedClassifier classifier = new(new Route("s050", Replayed("s050", ["s050"])));
        CertificationPlan plan = new(new(Selection, Draws - Selection), new(Selection, Draws - Selection), 0.001);
        Certificate[] made = await Task.WhenAll(
            Inputs.Select(input => classifier.CertifyAsync(input, plan, SeedSource.FromCaller(Seed))));
        Assert.Equal(RightRadius(made), alone.MeanRadius!.Value, 1e-12);

        // A control: bounded from one side alone, the same votes prove less.
        Certificate[] oneSided = await Task.WhenAll(
            Inputs.Select(
                input => classifier.CertifyAsync(input, plan with { TwoSided = false }, SeedSource.FromCaller(Seed))));
        Assert.True(RightRadius(oneSided) < alone.MeanRadius - 1e-3);

        static double RightRadius(Certificate[] certificates) =>
            certificates.Select((certificate, i) => certificate.Class == i % 4 ? certificate.Radius : 0).Average();
    }

    [Fact]
    public void Every_image_lists_the_routers_votes_and_what_featured_systems_answered()
    {
        TradeoffDocument study = Study();
        Assert.All(
            study.Images,
            image => Assert.Equal(Draws - Selection, image.RouterVotes.Sum() + Undecided(image.RouterVotes)));
        StudyImage first = study.Images[0];
        Assert.Contains(
            first.Answers,
            answer => study.Systems[answer.System].Kind == SystemKinds.Quantile && answer.Route is not null);
        Assert.All(first.Answers.Where(answer => answer.Class is null), answer => Assert.Equal(0, answer.Radius));

        static long Undecided(ImmutableArray<long> counts) => Draws - Selection - counts.Sum();
    }

    // Route k of a registry is whichever expert its routes name k-th.
    [Theory]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public async Task The_order_of_the_routes_changes_no_figure(params int[] order)
    {
        using StudyFolder other = new();
        await RecordAllAsync(other.Path, order);
        TradeoffDocument study = Study(), reordered = other.Study();
        Assert.Equal(order.Select(k => Experts[k]).Append("router"), reordered.Networks.Select(network => network.Id));
        StudySystem[] same = [.. study.Systems.Where(system => system.Kind != SystemKinds.Quantile)];
        Assert.Equal(same.Length, reordered.Systems.Length);
        foreach (StudySystem system in same)
        {
            StudySystem there = reordered.Systems.Single(one => one.Kind == system.Kind
                && one.Routing == system.Routing && one.Experts.Order().SequenceEqual(system.Experts.Order()));
            Assert.Equal(system.Accuracy, there.Accuracy);
            Assert.Equal(system.MeanRadius!.Value, there.MeanRadius!.Value, 1e-12);
            Assert.Equal((system.Abstained, system.Cost.Samples), (there.Abstained, there.Cost.Samples));
            Assert.Equal(
                system.Experts.Zip(system.Routes).OrderBy(route => route.First),
                there.Experts.Zip(there.Routes).OrderBy(route => route.First));
        }
        // What names a mix in the order of the routes is as good.
        Assert.Contains(other.Study(request => request with { Mixes = [["s012", "s100"]] }).Systems,
            system => system.Kind == SystemKinds.Dual && system.Experts.SequenceEqual(
                order.Select(k => Experts[k]).Where(id => id != "s050")));
    }

    [Fact]
    public async Task Experts_whose_streams_are_not_those_of_the_routers_routes_are_refused()
    {
        using StudyFolder other = new();
        await RecordAllAsync(other.Path, [0, 1, 2]);
        await RecordAsync(other.Path, "s075", 0.75m, 4,
            new SharesVoter("s075", 0.75m, [.. Inputs.Select((_, i) => Shares(i, 1, 4))]));
        foreach (string file in Directory.GetFiles(other.Path, "s050*"))
            File.Delete(file);
        Assert.Contains("s100 drew from stream 3", Assert.Throws<BadInputException>(() => other.Study()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_alpha_certifies_more() => Assert.True(
        Study(request => request with { FailureProbability = 0.4 }).System("s012+s050+s100 dual").MeanRadius > Study()
            .System("s012+s050+s100 dual").MeanRadius);

    private TradeoffDocument Study(Func<TradeoffRequest, TradeoffRequest>? with = null) => TradeoffStudy.Of(
        (with ?? (request => request))(new(new(new([_folder]), [], null, Selection, null, path => path), "recounted")));

    // In a smaller mix an expert's stream has another number than the one it was recorded on.
    private IVoter Replayed(string id, string[] mix, PassThreshold pass = default)
    {
        VoteRecording recording = VoteRecording.Open(_folder, id);
        RecordedVoter recorded = new(recording, Selection, pass);
        return id == "router" || mix.Length == Experts.Length
            ? recorded
            : new OnStream(recorded, recording.Terms.Stream);
    }

    private static async Task RecordAsync(string folder, string id, decimal sigma, uint stream, SharesVoter voter)
    {
        using VoteRecorder recorder = VoteRecorder.Open(folder, new(
            RecordingTerms.CurrentSchema, id, voter.FunctionId.Value, sigma, stream, voter.OutcomeCount, Draws, Seed,
            "toys test",
            [.. Inputs.Select((input, i) => new RecordedImage(i, i % 4, input.Hash))]));
        await recorder.RecordAsync(voter, image => Inputs[image.Index], progress: null, default);
    }

    // One outcome leads, by more or less: of experts mostly the image's label, of the router any route.
    private static double[] Shares(int image, int network, int outcomes)
    {
        double lead = 0.55 + 0.44 * ((image * 7 + network * 5) % 11) / 10.0;
        int leader = outcomes == 4 ? (image % 7 == network ? image + 1 : image) % 4 : image % 3;
        return [.. Enumerable.Range(0, outcomes).Select(outcome => outcome == leader ? lead : (1 - lead) / outcomes)];
    }

    private sealed class OnStream(IVoter recorded, uint stream) : IVoter
    {
        public FunctionId FunctionId => recorded.FunctionId;

        public decimal Sigma => recorded.Sigma;

        public int OutcomeCount => recorded.OutcomeCount;

        public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
            recorded.VoteAsync(request with { Stream = request.Stream with { Id = stream } }, cancellationToken);
    }

    /// <summary>Each outcome has its share of the noise; what is left is undecided.</summary>
    private sealed class SharesVoter(string id, decimal sigma, double[][] shares) : ISequenceVoter
    {
        public FunctionId FunctionId { get; } = FunctionId.Of([new("id", id)]);

        public decimal Sigma => sigma;

        public int OutcomeCount => shares[0].Length;

        /// <summary>Output k is what would be outcome Order[k]; null for the outcomes as they are.</summary>
        public int[]? Order { get; init; }

        /// <summary>The stream that it draws from, whichever it is asked on; null for that.</summary>
        public uint? Stream { get; init; }

        public Task<SampleVote[]> VoteSequenceAsync(VoteRequest request, CancellationToken cancellationToken)
        {
            NoiseStream stream = request.Stream with { Id = Stream ?? request.Stream.Id };
            return Task.FromResult<SampleVote[]>(
            [.. Enumerable.Range(0, (int)request.Range.Count).Select(i => VoteOf(stream.Uniform(
                request.Range.From + i, 0) / (double)ulong.MaxValue, shares[Array.IndexOf(Inputs, request.Input)],
                (byte)(stream.Uniform(request.Range.From + i, 1) % (PassThreshold.Steps + 1))))]);
        }

        public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("this voter is recorded");

        private SampleVote VoteOf(double u, double[] of, byte step)
        {
            for (int outcome = 0; outcome < of.Length; outcome++)
                if ((u -= of[outcome]) < 0)
                    return new(Order is null ? outcome : Array.IndexOf(Order, outcome), step);
            return new(SampleVote.Undecided, 0);
        }
    }
}
