using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Evaluation.Tests.Runs;

/// <summary>Passes over a folder of eight pictures by voters that need no network.</summary>
public sealed class PassTests : IDisposable
{
    private static readonly string[] Fixtures = [
        "rgb.png", "rgb16.png", "alpha-opaque.png", "grey.png", "palette.png", "color444.jpg", "rgb.png", "grey.png"];
    private static readonly SampleCounts Counts = new(10, 60);
    private static readonly CertificationPlan Fixed = new(Counts, Counts, 0.05);
    private static readonly CertificationPlan Early = new(
        SamplingPlan.Adaptive(Counts, Counts, new() { Resolution = 0.2 }, new ChunkGrowth(32, 1.25, Multiple: 1)),
        0.05);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("dualrs-pass-");
    private readonly DataSet _data;

    public PassTests()
    {
        foreach ((int i, string fixture) in Fixtures.Index())
            File.Copy(
                Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", fixture),
                Path.Combine(_root.CreateSubdirectory($"pictures/class{i % 3}").FullName, $"{i}-{fixture}"));
        _data = ImageFolder.Open(Pictures, ClassFolders.OfAny(), new Framing(8, 8), ImageLimits.Default);
    }

    private string Pictures => Path.Combine(_root.FullName, "pictures");

    public void Dispose() => _root.Delete(recursive: true);

    private string Folder(string name) => Path.Combine(_root.FullName, name);

    private static PassMember[] Members(int together = 1, Func<VoteRequest, Exception?>? fault = null) =>
    [
        new("router", new WaitingVoter(1m, 2), Route: null, "cpu"),
        new("s025", new WaitingVoter(0.25m, 3, together) { Fault = fault ?? (_ => null) }, Route: 0, "cuda:0"),
        new("s100", new WaitingVoter(1m, 3), Route: 1, "cpu"),
    ];

    private PassTerms Terms(
        CertificationPlan plan, PassMember[] members, ulong seed = 3, string sha256 = "ab", int skip = 1) =>
        PassTerms.Of(new(_data.Name, _data.Count, skip, Max: null), ("experts.yaml", sha256), seed, plan, members);

    private async Task<Pass> RunAsync(
        string name, CertificationPlan plan, PassMember[]? members = null, int inFlight = 2,
        CancellationToken cancellationToken = default, IProgress<int>? progress = null, PassedOver? passedOver = null)
    {
        members ??= Members();
        using Pass pass = Pass.Open(
            Folder(name), Terms(plan, members), members, plan, _ => SeedSource.FromCaller(3), new StillClock());
        await pass.RunAsync(_data, inFlight, progress, passedOver ?? new(), cancellationToken);
        return pass;
    }

    private Dictionary<string, string> Files(string name) =>
        Directory.GetFiles(Folder(name)).ToDictionary(path => Path.GetFileName(path), File.ReadAllText);

    private async Task AssertAlone(string name, CertificationPlan plan)
    {
        foreach (PassMember member in Members().Where(member => member.Route is not null))
        {
            string log = Path.Combine(_root.CreateSubdirectory("alone-" + name).FullName, member.Id + ".tsv");
            using (CertifiedLog rows = CertifiedLog.Create(log))
            {
                CertifyRun run = new(
                    new RoutedClassifier(new Route(member.Id, member.Voter), member.Route!.Value), plan,
                    SeedSource.FromCaller(3), new StillClock());
                await foreach (CertifiedImage image in run.RunAsync(
                    _data, Enumerable.Range(0, _data.Count), rows, record: null, CancellationToken.None))
                    Assert.NotNull(image.Certificate.Expert);
            }
            Assert.Equal(File.ReadAllText(log), File.ReadAllText(Pass.LogOf(Folder(name), member.Id)));
            Assert.Equal(
                File.ReadAllText(CountsLogWriter.PathFor(log)),
                File.ReadAllText(CountsLogWriter.PathFor(Pass.LogOf(Folder(name), member.Id))));
        }
    }

    [Fact]
    public async Task Every_expert_has_the_log_and_the_counts_that_it_has_alone()
    {
        await RunAsync("fixed", Fixed);
        await AssertAlone("fixed", Fixed);
        await RunAsync("early", Early);
        await AssertAlone("early", Early);
        Assert.Contains(
            CertificationLogReader.Read(Pass.LogOf(Folder("early"), "s100")).Rows, row => row.Routed!.Drawn < 70);
    }

    [Fact]
    public async Task Networks_draw_from_the_streams_of_their_routes_and_the_router_draws_all_whatever_the_experts_do()
    {
        await RunAsync("early", Early);
        string[][] router = Rows(Pass.RouterCountsOf(Folder("early")));
        Assert.Equal(Enumerable.Range(0, 8).Select(index => $"{index}"), router.Select(row => row[0]));
        Assert.All(router, row =>
        {
            Assert.Equal(
                ("router", "router", "0", "0", "10", "10", "70", "fixed"),
                (row[1], row[2], row[6], row[7], row[9], row[12], row[13], row[19]));
            Assert.Equal(("", "", "", ""), (row[16], row[17], row[18], row[20]));
            Assert.Equal(60, row[14].Split(',').Sum(long.Parse) + long.Parse(row[15]));
        });
        foreach ((string id, string stream) in new[] { ("s025", "1"), ("s100", "2") })
        {
            string[][] expert = Rows(CountsLogWriter.PathFor(Pass.LogOf(Folder("early"), id)));
            Assert.All(expert, row => Assert.Equal(stream, row[6]));
            Assert.Equal(router.Select(row => row[5]), expert.Select(row => row[5]));
        }
    }

    private static string[][] Rows(string path) =>
        [.. File.ReadAllLines(path).Skip(1).Select(line => line.Split('\t'))];

    // The classifier of all, drawn by itself, has the same votes of its routed expert and of its router as the pass.
    [Fact]
    public async Task The_routed_classifier_s_own_votes_are_in_the_pass()
    {
        await RunAsync("pass", Fixed);
        PassMember[] members = Members();
        RoutedClassifier all =
            new("router", members[0].Voter, [.. members[1..].Select(member => new Route(member.Id, member.Voter))]);
        string[][] router = Rows(Pass.RouterCountsOf(Folder("pass")));
        int routed = 0;
        for (int i = 0; i < _data.Count; i++)
        {
            Certificate certificate = await all.CertifyAsync(
                new(_data.Read(i).Image.Pixels, 3, 8, 8), Fixed, SeedSource.FromCaller(3),
                TestContext.Current.CancellationToken);
            Assert.Equal(router[i][10], string.Join(',', certificate.Route!.Selection.Counts));
            Assert.Equal(router[i][14], string.Join(',', certificate.Route.Estimation.Counts));
            if (certificate.Expert is not { } expert) continue;
            routed++;
            string[] row = Rows(CountsLogWriter.PathFor(Pass.LogOf(Folder("pass"), expert.Id)))[i];
            Assert.Equal(row[14], string.Join(',', expert.Estimation.Counts));
        }
        Assert.InRange(routed, 1, 8);
    }

    [Fact]
    public async Task A_router_s_votes_that_turn_out_to_be_wrong_before_they_are_written_are_drawn_anew()
    {
        static ScriptedVoter Router() => ScriptedVoter.Drawn("router", 1m, .6, .4);
        async Task<string> CountsAsync(string name, ScriptedVoter router)
        {
            await RunAsync(name, Fixed, [Members()[0] with { Voter = router }, .. Members()[1..]], inFlight: 1);
            return File.ReadAllText(Pass.RouterCountsOf(Folder(name)));
        }
        VoteSource liar = new();
        ScriptedVoter lying = Router();
        lying.Before = (request, _) =>
        {
            bool isFirst = lying.Asked.Count == 1;
            if (isFirst) request.Claim.Sources!.Add(liar);
            else liar.Disown();
            lying.Answer = votes => isFirst ? new([votes.Total, 0], 0, votes.Range, votes.FunctionId) : votes;
            return Task.CompletedTask;
        };
        Assert.Equal(await CountsAsync("right", Router()), await CountsAsync("wrong", lying));
        Assert.Equal(2 * Fixtures.Length + 2, lying.Asked.Count);
    }

    [Fact]
    public async Task How_many_are_under_way_changes_no_byte_and_is_never_more_than_was_asked()
    {
        await RunAsync("one", Early, inFlight: 1);
        foreach (int inFlight in (int[])[2, 5, 100])
        {
            PassMember[] members = Members(together: Math.Min(inFlight, 8));
            await RunAsync($"{inFlight}", Early, members, inFlight);
            Assert.Equal(Files("one"), Files($"{inFlight}"));
            Assert.InRange(((WaitingVoter)members[1].Voter).Most, Math.Min(inFlight, 8), inFlight);
        }
    }

    // A process that is killed leaves any prefix of each file; counts are written before rows.
    [Theory]
    [InlineData("s025.tsv", 5, 9)]
    [InlineData("s025.tsv", 1, 3)]
    [InlineData("router.counts.tsv", 4, 30)]
    [InlineData("s100.tsv.counts.tsv", 9, 5)]
    public async Task A_pass_whose_files_end_anywhere_is_continued_to_the_bytes_of_an_undisturbed_one(
        string file, int lines, int cut)
    {
        await RunAsync("whole", Early);
        await RunAsync("cut", Early);
        string path = Path.Combine(Folder("cut"), file);
        string[] all = File.ReadAllLines(path);
        File.WriteAllText(path, (string.Join('\n', all[..lines]) + "\n")[..^cut]);
        if (file.EndsWith(".tsv.counts.tsv", StringComparison.Ordinal)) // its log is one row behind
            File.WriteAllText(
                path[..^".counts.tsv".Length],
                string.Join('\n', File.ReadAllLines(path[..^".counts.tsv".Length])[..^1]) + "\n");
        Pass pass = await RunAsync("cut", Early);
        Assert.Equal((24, 24), (pass.Planned, pass.Done));
        Assert.Equal(Files("whole"), Files("cut"));
    }

    [Fact]
    public async Task A_pass_that_is_cancelled_anywhere_is_continued_to_the_bytes_of_an_undisturbed_one()
    {
        await RunAsync("whole", Early);
        for (int after = 1; after < 24; after += 4)
        {
            using CancellationTokenSource stop = new();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(
                "cancelled", Early, cancellationToken: stop.Token,
                progress: new Told<int>(done => { if (done >= after) stop.Cancel(); })));
        }
        await RunAsync("cancelled", Early);
        Assert.Equal(Files("whole"), Files("cancelled"));
    }

    [Fact]
    public async Task Where_a_network_fails_the_others_stop_and_what_was_written_stays()
    {
        await RunAsync("whole", Early);
        ulong last = ulong.Parse(Rows(Pass.RouterCountsOf(Folder("whole")))[7][5]);
        PassMember[] failing = Members(fault: request =>
            request.Stream.Seed == last ? new VoterUnavailableException(new("s025"), "the device is gone") : null);
        await Assert.ThrowsAsync<VoterUnavailableException>(() => RunAsync("failing", Early, failing));
        Assert.Equal(1 + 7, File.ReadAllLines(Pass.LogOf(Folder("failing"), "s025")).Length);
        await RunAsync("failing", Early);
        Assert.Equal(Files("whole"), Files("failing"));
    }

    [Theory]
    [InlineData("n", "its n0 and n are 10 and 60, not 10 and 70")]
    [InlineData("alpha", "its α was split 0.05 = expert 0.045")]
    [InlineData("plan", "its experts drew by 'fixed', now by 'mixture, ")]
    [InlineData("seed", "its seed is 3, not 4")]
    [InlineData("skip", "it takes every image whose index 1 divides, not every image whose index 2 divides")]
    [InlineData("registry", "its registry was experts.yaml of SHA-256 ab, now it is experts.yaml of cd")]
    [InlineData("network", "s100 was a network of role expert with σ 1, stream 2 and 3 outcomes")]
    [InlineData("order", "its networks are router, s025, s100, not router, s100, s025")]
    [InlineData("fewer", "its networks are router, s025, s100, not s025, s100")]
    public async Task A_pass_of_other_terms_is_not_continued_and_the_difference_is_named(string what, string difference)
    {
        await RunAsync("begun", Fixed);
        Dictionary<string, string> before = Files("begun");
        PassMember[] members = what switch
        {
            "network" => [.. Members()[..2], new("s100", new WaitingVoter(0.5m, 3), Route: 1, "cpu")],
            "order" =>
                [.. Members().Select(member => member.Route is { } route ? member with { Route = 1 - route } : member)],
            "fewer" => Members()[1..],
            _ => Members(),
        };
        SampleCounts more = new(10, 70);
        CertificationPlan plan = what switch { "n" => new(more, more, 0.05),
            "alpha" => Fixed with { FailureProbability = 0.1 }, "plan" => Early, _ => Fixed };
        PassTerms terms =
            Terms(plan, members, what == "seed" ? 4u : 3, what == "registry" ? "cd" : "ab", what == "skip" ? 2 : 1);
        BadInputException fault = Assert.Throws<BadInputException>(
            () => Pass.Open(Folder("begun"), terms, members, plan, _ => SeedSource.FromCaller(3), new StillClock()));
        Assert.Contains("run.json: the pass cannot go on: " + difference, fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files("begun"));
    }

    // A log of certify --expert is on other noise: it must not become part of a pass.
    [Theory]
    [InlineData("s100.tsv")]
    [InlineData("router.counts.tsv")]
    public async Task A_file_of_which_nothing_says_what_it_is_about_is_not_continued(string file)
    {
        Directory.CreateDirectory(Folder("stray"));
        File.WriteAllText(Path.Combine(Folder("stray"), file), "");
        BadInputException fault = await Assert.ThrowsAsync<BadInputException>(() => RunAsync("stray", Fixed));
        Assert.Contains($"{file}: it is there without run.json", fault.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Folder("stray")));
    }

    [Fact]
    public async Task An_image_that_cannot_be_read_is_told_once_and_all_others_are_done()
    {
        string broken = Path.Combine(Pictures, "class1", "1-rgb16.png");
        File.WriteAllText(broken, "no picture");
        int told = 0;
        PassedOver passedOver = new((_, _) => told++);
        Pass pass = await RunAsync("broken", Fixed, passedOver: passedOver);
        (int index, string message) = Assert.Single(passedOver.Reasons);
        Assert.Equal(1, told);
        Assert.Contains(broken, message, StringComparison.Ordinal);
        Assert.Equal(24, pass.Done);
        Assert.Equal(
            Enumerable.Range(0, 8).Except([index]),
            CertificationLogReader.Read(Pass.LogOf(Folder("broken"), "s025")).Rows.Select(row => row.Index));
        Assert.Equal(7, Rows(Pass.RouterCountsOf(Folder("broken"))).Length);
    }

    [Fact]
    public async Task A_router_s_counts_of_other_draws_or_of_no_router_are_named_with_their_line()
    {
        await RunAsync("pass", Fixed);
        string path = Pass.RouterCountsOf(Folder("pass"));
        string good = File.ReadAllText(path);
        foreach ((string from, string to, string problem) in new[]
        {
            ("\trouter\trouter\t", "\texpert\trouter\t", ":2: expected 21 fields of a router"),
            ("\t10\t70\t", "\t10\t80\t", ":2: the router drew samples up to 10 + 80, now 10 + 70"),
            ("idx", "index", ":1: "),
            (Members()[0].Voter.FunctionId.Value, "00", ":2: the router was another function, 00"),
        })
        {
            File.WriteAllText(path, good.Replace(from, to, StringComparison.Ordinal));
            BadInputException fault = await Assert.ThrowsAsync<BadInputException>(() => RunAsync("pass", Fixed));
            Assert.Contains(path + problem, fault.Message, StringComparison.Ordinal);
        }
        File.WriteAllText(path, good + good.Split('\n')[1] + "\n");
        Assert.Contains(
            ":10: idx '0'", (await Assert.ThrowsAsync<BadInputException>(() => RunAsync("pass", Fixed))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Time_is_shared_by_what_is_under_way_at_once()
    {
        StillClock outside = new();
        SharedClock clock = new(outside);
        long Pass(long ticks) { outside.Now += ticks; return clock.GetTimestamp(); }
        Assert.Equal(0, Pass(100)); // nobody is under way
        clock.Begin();
        Assert.Equal(60, Pass(60));
        clock.Begin();
        Assert.Equal(100, Pass(80));
        clock.End();
        Assert.Equal(110, Pass(10));
        clock.End();
        Assert.Equal(110, Pass(1000));
    }

    private sealed class StillClock : TimeProvider
    {
        public long Now { get; set; }

        public override long GetTimestamp() => Now;
    }
}
