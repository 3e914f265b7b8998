using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Evaluation.Tradeoffs;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace Router.Evaluation.Tests.Runs;

/// <summary>
/// Runs over a folder of six pictures with voters that need no network: an interrupted and continued log is the
/// uninterrupted one.
/// </summary>
public sealed class CertifyRunTests : IDisposable
{
    private readonly DirectoryInfo _pictures = Directory.CreateTempSubdirectory("dualrs-pictures-");
    private readonly LogFolder _whole = new(), _halves = new();
    private readonly DataSet _data;
    private static readonly CertificationPlan Plan = new(new(10, 50), new(10, 50), 0.05);
    private CertifyRun _run = new(Classifier(), Plan, SeedSource.FromCaller(3), new StillClock());

    public CertifyRunTests()
    {
        string[] fixtures = ["rgb.png", "rgb16.png", "alpha-opaque.png", "grey.png", "palette.png", "color444.jpg"];
        foreach ((int i, string fixture) in fixtures.Index())
            File.Copy(
                Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", fixture),
                Path.Combine(_pictures.CreateSubdirectory($"class{i % 3}").FullName, fixture));
        _data = ImageFolder.Open(_pictures.FullName, ClassFolders.OfAny(), new Framing(8, 8), ImageLimits.Default);
    }

    public void Dispose()
    {
        _pictures.Delete(recursive: true);
        _whole.Dispose();
        _halves.Dispose();
    }

    private static RoutedClassifier Classifier(RoutingRule? rule = null) =>
        new("router", Seeded(1m, 2), [new("s025", Seeded(0.25m, 3)), new("s100", Seeded(1m, 3))], rule);

    private async Task Whole()
    {
        using CertifiedLog log = CertifiedLog.Create(_whole.Log);
        await Drain(log, Enumerable.Range(0, _data.Count));
    }

    private async Task Begin(int images)
    {
        using CertifiedLog log = CertifiedLog.Create(_halves.Log);
        await Drain(log, Enumerable.Range(0, images));
    }

    private Task Continue() => Continue(new(Classifier(), Plan));

    private async Task Continue(RunTerms terms)
    {
        using CertifiedLog log = CertifiedLog.Continue(_halves.Log, terms);
        await Drain(log, Enumerable.Range(0, _data.Count).Except(log.Done.Select(row => row.Index)));
    }

    private async Task Drain(CertifiedLog log, IEnumerable<int> indices)
    {
        await foreach (CertifiedImage image in _run.RunAsync(_data, indices, log, record: null, CancellationToken.None))
            Assert.NotNull(image.Certificate);
    }

    private void AssertSame()
    {
        Assert.Equal(File.ReadAllText(_whole.Log), File.ReadAllText(_halves.Log));
        Assert.Equal(File.ReadAllText(_whole.Counts), File.ReadAllText(_halves.Counts));
    }

    [Fact]
    public async Task A_log_that_was_continued_is_the_log_of_an_uninterrupted_run()
    {
        await Whole();
        await Begin(3);
        await Continue();
        AssertSame();
    }

    [Fact]
    public async Task Images_that_are_under_way_at_once_are_logged_in_their_order_as_those_one_after_the_other()
    {
        await Whole();
        string first = _data.Read(0).Image.ToInput().Hash;
        TaskCompletionSource later = new();
        ScriptedVoter router = Seeded(1m, 2);
        // The first is not done before another one has begun.
        router.Before = (request, token) =>
        {
            if (request.Input.Hash == first) return later.Task.WaitAsync(TimeSpan.FromMinutes(1), token);
            later.TrySetResult();
            return Task.CompletedTask;
        };
        _run = new(
            new("router", router, [new("s025", Seeded(0.25m, 3)), new("s100", Seeded(1m, 3))]), Plan,
            SeedSource.FromCaller(3), new StillClock())
        {
            InFlight = 3,
        };
        await Begin(_data.Count);
        AssertSame();
    }

    // Its certificate is there before that of the first image, in whose draw it is found out who voted for it.
    [Fact]
    public async Task A_certificate_that_waits_for_those_before_it_is_made_anew_where_its_votes_turn_out_wrong()
    {
        await Whole();
        string first = _data.Read(0).Image.ToInput().Hash;
        // The two begin, and the second one ends.
        CountingClock clock = new(3);
        VoteSource liar = new();
        ScriptedVoter router = Seeded(1m, 2);
        router.Before = async (request, token) =>
        {
            if (request.Input.Hash == first)
            {
                await clock.Reached.WaitAsync(TimeSpan.FromMinutes(1), token);
                liar.Disown();
            }
            else if (!liar.IsWrong) request.Claim.Sources!.Add(liar);
        };
        router.Answer = votes => liar.IsWrong
            ? votes : new([.. votes.Counts.Reverse()], votes.Undecided, votes.Range, votes.FunctionId);
        _run = new(
            new("router", router, [new("s025", Seeded(0.25m, 3)), new("s100", Seeded(1m, 3))]), Plan,
            SeedSource.FromCaller(3), clock)
        {
            InFlight = 2,
        };
        await Begin(_data.Count);
        AssertSame();
    }

    [Fact]
    public async Task An_input_that_workers_died_with_is_passed_over_and_tried_again_where_the_log_is_continued()
    {
        await Whole();
        await DrainWithoutAsync(new RefusedInputException());
        (int index, string reason) = Assert.Single(_run.PassedOver.Reasons);
        Assert.Equal((0, "it is refused"), (index, reason));
        _run = new(Classifier(), Plan, SeedSource.FromCaller(3), new StillClock());
        await Continue();
        string[] whole = File.ReadAllLines(_whole.Log), halves = File.ReadAllLines(_halves.Log);
        Assert.Equal([whole[0], .. whole[2..], whole[1]], halves);

        // What ails the voter, and not the input, ends the run.
        await Assert.ThrowsAsync<VoterUnavailableException>(() => DrainWithoutAsync(new IOException()));
    }

    // What is logged must not depend on who was there: elsewhere a peer that cannot answer costs radius alone.
    [Fact]
    public async Task An_image_that_a_peer_was_asked_about_and_refused_is_passed_over_and_not_logged_with_less_radius()
    {
        RoutedClassifier Of(ScriptedVoter s100) => new(
            "router", ScriptedVoter.Drawn("router", 1m, 0.55, 0.45),
            [new("s025", Seeded(0.25m, 3)), new("s100", s100)]);
        _run = new(Of(Seeded(1m, 3)), Plan, SeedSource.FromCaller(3), new StillClock());
        List<Certificate> whole = [];
        using (CertifiedLog log = CertifiedLog.Create(_whole.Log))
            await foreach (CertifiedImage image in _run.RunAsync(
                _data, Enumerable.Range(0, _data.Count), log, record: null, CancellationToken.None))
                whole.Add(image.Certificate);
        bool Asks(Certificate one) => one.Stages.Any(asked => asked.Stage == Stage.Peer && asked.Evidence.Id == "s100");
        Assert.Contains(whole, Asks);
        ScriptedVoter s100 = Seeded(1m, 3);
        s100.Before = (_, _) => throw new VoterUnavailableException(s100.FunctionId, "no", new RefusedInputException());
        _run = new(Of(s100), Plan, SeedSource.FromCaller(3), new StillClock());
        await Begin(_data.Count);
        Assert.Equal(
            whole.Index().Where(one => Asks(one.Item) || one.Item.Expert?.Id == "s100").Select(one => one.Index),
            _run.PassedOver.Reasons.Keys.Order());
    }

    [Fact]
    public async Task Counts_whose_row_is_not_written_yet_are_no_part_of_a_study()
    {
        _run = new(new(new Route("s025", Seeded(0.25m, 3))), Plan, SeedSource.FromCaller(3), new StillClock());
        await Whole();
        string[] rows = File.ReadAllLines(_whole.Log);
        File.WriteAllText(_whole.Log, string.Concat(rows.SkipLast(1).Select(row => row + "\n")));
        TradeoffDocument study = TradeoffStudy.Of(new(new(
            new([_whole.Log]), [], null, 10, null, path => path), "growing"));
        Assert.Equal(rows.Length - 2, study.Images.Length);
    }

    // The votes on the first image fail.
    private async Task DrainWithoutAsync(Exception cause)
    {
        string first = _data.Read(0).Image.ToInput().Hash;
        ScriptedVoter router = Seeded(1m, 2);
        router.Before = (request, _) => request.Input.Hash != first ? Task.CompletedTask
            : throw new VoterUnavailableException(router.FunctionId, "it is refused", cause);
        _run = new(
            new("router", router, [new("s025", Seeded(0.25m, 3)), new("s100", Seeded(1m, 3))]), Plan,
            SeedSource.FromCaller(3), new StillClock());
        File.Delete(_halves.Log);
        await Begin(_data.Count);
    }

    [Theory]
    [InlineData("alpha", "its router spent α = 0.0225, now 0.045")]
    [InlineData("n", "its router drew samples up to 10 + 60, now 10 + 70")]
    [InlineData("routes", "another function")]
    [InlineData("certificate", "its router spent α = 0.0225, now 0.025")]
    [InlineData("routing", "its votes became a route by 'mostVoted', now by 'biased 0,0'")]
    [InlineData("router", "it has a row of a router, this classifier has none")]
    [InlineData("plan", "its votes were drawn by 'fixed', now by 'mixture, router ≤ 50, expert ≤ 50, target 0.25, "
        + "futility 0.01, chunks 64 × 1.25 by 64'")]
    public async Task A_log_is_not_continued_with_other_settings(string setting, string problem)
    {
        await Begin(2);
        RoutedClassifier classifier = setting switch
        {
            "routes" => new("router", Seeded(0.5m, 2), [new("s025", Seeded(0.25m, 3)), new("s100", Seeded(1m, 3))]),
            "routing" => Classifier(new RoutingRule.Biased(0, 0)),
            "router" => new(new Route("s025", Seeded(0.25m, 3))),
            _ => Classifier(),
        };
        SampleCounts counts = new(10, setting == "n" ? 60 : 50);
        CertificateKind kind = setting == "certificate" ? CertificateKind.Dual : CertificateKind.Exclusion;
        CertificationPlan plan = new(counts, counts, setting == "alpha" ? 0.1 : 0.05) { Kind = kind };
        if (setting == "plan") plan =
            plan with { Sampling = SamplingPlan.Adaptive(counts, counts, new() { Target = 0.25 }) };
        RunTerms terms = new(classifier, plan);
        BadInputException fault = Assert.Throws<BadInputException>(() => CertifiedLog.Continue(_halves.Log, terms));
        Assert.Contains(_halves.Counts + ":2: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
        SampleCounts same = new(10, 50);
        CertifiedLog.Continue(_halves.Log, new RunTerms(Classifier(), new(same, same, 0.05))).Dispose();
    }

    [Fact]
    public async Task A_log_of_a_plan_that_stops_early_is_continued_and_its_counts_name_the_looks_that_decided()
    {
        SampleCounts counts = new(10, 500);
        CertificationPlan plan = new(SamplingPlan.Adaptive(counts, counts, new() { Target = 0.1 }), 0.05);
        CertifyRun run = new(Classifier(), plan, SeedSource.FromCaller(3), new StillClock());
        using (CertifiedLog log = CertifiedLog.Create(_whole.Log))
            await foreach (CertifiedImage image in run.RunAsync(
                _data, Enumerable.Range(0, 4), log, record: null, CancellationToken.None))
                Assert.True(image.Certificate.SamplesDrawn < 2 * 510);
        string before = File.ReadAllText(_whole.Counts);
        CertifiedLog.Continue(_whole.Log, new RunTerms(Classifier(), plan)).Dispose();
        Assert.Equal(before, File.ReadAllText(_whole.Counts));
        Assert.Contains("\tlower ", before.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("\tmixture, router ≤ 500, expert ≤ 500, target 0.1, ", before, StringComparison.Ordinal);
    }

    // A process that is killed leaves any prefix of the two files in which no image of the log lacks its counts.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_killed_in_the_middle_of_a_row_is_continued(bool withinLog)
    {
        await Whole();
        await Begin(3);
        string cut = withinLog ? _halves.Log : _halves.Counts;
        if (!withinLog) DropLast(_halves.Log, lines: 1);
        File.WriteAllText(cut, File.ReadAllText(cut)[..^7]);
        await Continue();
        AssertSame();
    }

    [Fact]
    public async Task Counts_of_an_image_that_is_not_in_the_log_are_dropped()
    {
        await Whole();
        await Begin(4);
        DropLast(_halves.Log, lines: 1);
        await Continue();
        AssertSame();
    }

    [Fact]
    public async Task An_image_of_the_log_whose_counts_are_missing_is_named_and_nothing_is_changed()
    {
        await Begin(4);
        DropLast(_halves.Counts, lines: 1);
        string before = File.ReadAllText(_halves.Counts);
        BadInputException fault = await Assert.ThrowsAsync<BadInputException>(Continue);
        Assert.Contains("lacks the counts of image 3", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_halves.Counts));

        File.Delete(_halves.Counts);
        fault = await Assert.ThrowsAsync<BadInputException>(Continue);
        Assert.Contains("lacks the counts of images 0, 1, 2, 3", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_halves.Counts));
    }

    [Theory]
    [InlineData("idx\tstage\n", ":1: ")]
    [InlineData(null, ":2: ")]
    public async Task A_file_that_is_no_counts_file_is_named_with_the_line(string? header, string line)
    {
        await Begin(1);
        File.WriteAllText(_halves.Counts, header ?? string.Join('\t', CountsLogWriter.Columns) + "\nno counts\n");
        BadInputException fault = await Assert.ThrowsAsync<BadInputException>(Continue);
        Assert.Contains(_halves.Counts + line, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_certificate_is_recomputed_from_its_counts()
    {
        await Whole();
        Dictionary<int, double> radii =
            CertificationLogReader.Read(_whole.Log).Rows.ToDictionary(row => row.Index, row => row.Radius);
        string[][] rows = [.. File.ReadAllLines(_whole.Counts).Skip(1).Select(line => line.Split('\t'))];
        Assert.Contains(radii.Values, radius => radius > 0);
        foreach (IGrouping<string, string[]> image in rows.GroupBy(row => row[0]))
            Assert.Equal(radii[int.Parse(image.Key)], RadiusOf(image.ToDictionary(row => row[1])));
    }

    [Fact]
    public async Task A_log_of_a_cascade_is_continued_and_its_certificates_are_recomputed_from_their_counts()
    {
        const decimal Tau = 0.94m; // ten of ten selection votes, so that some images pass on
        RoutedClassifier cascade = new([new("s100", Seeded(1m, 3)), new("s025", Seeded(0.25m, 3))], new Cascade(Tau));
        _run = new(cascade, Plan, SeedSource.FromCaller(3), new StillClock());
        await Whole();
        await Begin(3);
        await Continue(new RunTerms(cascade, Plan));
        AssertSame();

        Dictionary<int, LogRow> log = CertificationLogReader.Read(_whole.Log).Rows.ToDictionary(row => row.Index);
        string[][] rows = [.. File.ReadAllLines(_whole.Counts).Skip(1).Select(line => line.Split('\t'))];
        Assert.All(rows, row => Assert.Equal(
            ("cascade", "cascade 0.94", new Cascade(Tau).Split(0.05).ToString()), (row[16], row[17], row[18])));
        foreach (IGrouping<string, string[]> image in rows.GroupBy(row => row[0]))
        {
            string[] expert = image.Single(row => row[1] == "expert");
            int label = MostVoted(expert);
            string[] first = image.Single(row => row[2] == "s100");
            string[]? last = image.SingleOrDefault(row => row[2] == "s025");
            Probability Lower(string[] row) => Cohen.LowerBound(label, VotesOf(row), 0.04 / 2);
            Probability Loudest(string[] row) => Cascade.OthersAtMost(Lower(row), Enumerable.Range(0, 3)
                .Where(other => other != label).Select(other => Cohen.UpperBound(other, VotesOf(row), 0.01 / 2))
                .MaxBy(bound => bound.Value));
            // The last stage is bounded from both sides.
            double Answer(string[] row) => row == first
                ? Cascade.AnswerRadius(1, Lower(row), Tau)
                : Math.Max(
                    Cascade.AnswerRadius(0.25m, Lower(row), 0.5m),
                    Cascade.LeadRadius(0.25m, Lower(row), 0.5m, Loudest(row), 0.5m));
            double silence = Cascade.SilenceRadius(1, Loudest(first), Tau);
            double radius = Math.Max(Answer(first), Math.Min(silence, last is null ? 0 : Answer(last)));
            LogRow row = log[int.Parse(image.Key)];
            Assert.Equal(radius, row.Radius);
            Assert.Equal(
                (expert[2], expert == first ? double.PositiveInfinity : silence,
                    Answer(expert)),
                (row.Routed!.Route, row.Routed.RouteRadius, row.Routed.ExpertRadius));
        }
        Assert.Contains(rows, row => row[1] == "later");
        Assert.Contains(log.Values, row => row.Radius > 0 && row.Routed!.Route == "s025");
        Assert.Contains(log.Values, row => row.Routed!.Route == "s100");
    }

    [Fact]
    public async Task Counts_of_experts_that_pass_have_columns_of_their_own_are_continued_and_come_back_as_read()
    {
        static int? Vote(NoiseStream stream, long sample) =>
            stream.Uniform(sample, 1) % 10 < 4 ? null : (int)(stream.Uniform(sample, 0) % 3);
        Route Passing(string id, decimal sigma) =>
            new(id, new ScriptedVoter($"passing {id}", sigma, 3, Vote) { Passes = true })
            {
                Pass = PassThreshold.At(0.35m),
            };
        RoutedClassifier passes = new("router", Seeded(1m, 2), [Passing("s025", 0.25m), Passing("s100", 1m)]);
        RunTerms terms = new(passes, Plan);
        Assert.Equal((true, false), (terms.Passes, new RunTerms(Classifier(), Plan).Passes));
        _run = new(passes, Plan, SeedSource.FromCaller(3), new StillClock());
        foreach ((LogFolder folder, int images) in new[] { (_whole, _data.Count), (_halves, 2) })
            using (CertifiedLog log = CertifiedLog.Create(folder.Log, passes: terms.Passes))
                await Drain(log, Enumerable.Range(0, images));
        await Continue(terms);
        AssertSame();
        Assert.EndsWith("\tbounds\tselection_passed\testimation_passed",
            File.ReadLines(_whole.Counts).First(), StringComparison.Ordinal);
        IReadOnlyList<CountsRow> rows = CountsLogReader.Read(_whole.Counts);
        Assert.All(rows, row => Assert.Equal(row.Stage != "router", row.Estimation.Passed > 0));
        Assert.Contains(rows, row => row.Stage == "expert" && row.Selection.Passed > 0);

        // Of experts that keep nothing back the file is what it always was.
        File.Delete(_halves.Log);
        await Begin(1);
        Assert.DoesNotContain("passed", File.ReadAllText(_halves.Counts), StringComparison.Ordinal);
    }

    // Of two routes min(R_a, max(X, R_j)), with X = s·Φ⁻¹(p_a) where the two share all votes.
    private static double RadiusOf(Dictionary<string, string[]> rows)
    {
        if (!rows.TryGetValue("expert", out string[]? expert)) return 0;
        double peer = rows.TryGetValue("peer", out string[]? other) ? RadiusOf(other, MostVoted(expert)) : 0;
        return Math.Min(
            RadiusOf(expert, MostVoted(expert)), Math.Max(RadiusOf(rows["router"], MostVoted(rows["router"])), peer));
    }

    private static int MostVoted(string[] row)
    {
        long[] selection = [.. row[10].Split(',').Select(long.Parse)];
        return Array.IndexOf(selection, selection.Max());
    }

    private static double RadiusOf(string[] row, int outcome) =>
        Cohen.Radius(decimal.Parse(row[3]), Cohen.LowerBound(outcome, VotesOf(row), double.Parse(row[7])));

    private static VoteCounts VotesOf(string[] row) =>
        new(
            [.. row[14].Split(',').Select(long.Parse)], long.Parse(row[15]),
            new(long.Parse(row[12]), long.Parse(row[13])), new(row[4]));

    private static void DropLast(string path, int lines)
    {
        string[] all = File.ReadAllLines(path);
        File.WriteAllText(path, string.Join('\n', all[..^lines]) + "\n");
    }

    private sealed class StillClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    // Stands still, and says when it was looked at so often.
    private sealed class CountingClock(int most) : TimeProvider
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _looks;

        public Task Reached => _reached.Task;

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref _looks) == most) _reached.SetResult();
            return 0;
        }
    }

    // Mostly outcome (seed mod outcomes), so that images differ; the rest is drawn.
    private static ScriptedVoter Seeded(decimal sigma, int outcomes) =>
        new($"{sigma} of {outcomes}", sigma, outcomes, (stream, sample) =>
        {
            ulong word = stream.Uniform(sample, 0);
            return (int)((word % 10 == 0 ? word / 10 : stream.Seed) % (ulong)outcomes);
        });
}
