using Router.Cluster.Dispatch;
using Router.Votes;
using static Router.Cluster.Tests.Dispatch.World;

namespace Router.Cluster.Tests.Dispatch;

/// <summary>Workers whose votes are not those of the function.</summary>
public class WrongVotesTests
{
    private static void Run(Func<World, Task> test, int auditEvery = int.MaxValue)
    {
        using World world = new(Audits(auditEvery));
        world.Time.Run(() => test(world));
    }

    private static async Task<World.Worker[]> JoinAsync(World world, string names)
    {
        List<World.Worker> workers = [];
        foreach (char name in names) workers.Add(await world.JoinAsync(name.ToString()));
        await world.VoteAsync(Request(1, 0, 10, seed: 99));
        return [.. workers];
    }

    // A control for all that follows: the truth that tests compare with sees a single vote that is moved.
    [Fact]
    public void Without_an_audit_a_lie_is_counted() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        workers[0].Answer = World.Worker.Lie;
        VoteRequest request = Request(1, 0, 100);
        VoteCounts votes = await world.VoteAsync(request);
        VoteCounts single = await world.Single.VoteAsync(request, CancellationToken.None);
        Assert.Equal(single.Counts[1] + 1, votes.Counts[1]);
    });

    [Fact]
    public void Two_that_agree_outvote_one_who_is_asked_no_more() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "abc");
        workers[1].Answer = World.Worker.Lie;
        foreach (long from in new[] { 0, 10_000 })
        {
            VoteRequest request = Request(2, from, from + 10_000);
            await world.AssertSingleAsync(request, await world.VoteAsync(request));
        }
        Assert.Equal(WorkerState.Quarantined, world.StateOf(workers[1]));
        Assert.Equal("b", Assert.IsType<DispatchEvent.WorkerQuarantined>(Assert.Single(world.Events)).Worker);
        int asked = workers[1].Asked.Count;
        await world.VoteAsync(Request(3, 0, 10_000));
        Assert.Equal(asked, workers[1].Asked.Count);
    }, auditEvery: 1);

    [Fact]
    public void All_that_a_liar_voted_for_an_open_request_is_drawn_again() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "abc");
        workers[1].Answer = World.Worker.Lie;
        VoteRequest request = Request(1, 0, 60_000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        Assert.Equal(WorkerState.Quarantined, world.StateOf(workers[1]));
        // It had voted on more than the one range that was audited.
        Assert.True(workers[1].Asked.Count > 3, $"{workers[1].Asked.Count}");
    }, auditEvery: 12);

    [Fact]
    public void One_in_so_many_ranges_is_drawn_by_a_second_worker() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "abc");
        for (int i = 0; i < 40; i++) await world.VoteAsync(Request(1, 0, 50_000, seed: (ulong)i));
        long ranges = workers.SelectMany(worker => worker.Asked).DistinctBy(ask => (ask.Stream, ask.Range)).Count();
        Assert.Equal(world.Counters.Audits, workers.Sum(worker => worker.Asked.Count) - ranges);
        Assert.InRange((double)world.Counters.Audits / ranges, .5 / 20, 2.0 / 20);
    }, auditEvery: 20);

    [Fact]
    public void Who_is_audited_follows_from_a_secret() => Assert.NotEqual(AuditedWith(1), AuditedWith(2));

    private static string AuditedWith(ulong secret)
    {
        using World world = new(Audits(5), secret: secret);
        World.Worker[] workers = [];
        world.Time.Run(async () =>
        {
            workers = await JoinAsync(world, "ab");
            await world.VoteAsync(Request(1, 0, 30_000));
        });
        return string.Join(' ', workers[0].Asked.Select(ask => ask.Range)
            .Intersect(workers[1].Asked.Select(ask => ask.Range)).OrderBy(range => range.From));
    }

    [Fact]
    public void Where_two_disagree_and_there_is_no_third_neither_is_believed() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "ab");
        workers[0].Answer = World.Worker.Lie;
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(1, 0, 1000)));
        Assert.Contains("workers disagree", fault.Message, StringComparison.Ordinal);
        Assert.All(workers, worker => Assert.Equal(WorkerState.Quarantined, world.StateOf(worker)));
    }, auditEvery: 1);

    [Fact]
    public void Where_two_disagree_a_third_that_is_about_to_come_decides() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "ab");
        workers[0].Answer = World.Worker.Lie;
        World.Worker third = world.NewWorker("c");
        third.CanaryTime = TimeSpan.FromSeconds(5);
        Task joined = world.Dispatcher.JoinAsync(third, 1);
        VoteRequest request = Request(1, 0, 1000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        await joined;
        Assert.Equal(WorkerState.Quarantined, world.StateOf(workers[0]));
        Assert.Equal(WorkerState.Ready, world.StateOf(workers[1]));
    }, auditEvery: 1);

    [Fact]
    public void Where_three_vote_three_ways_none_is_believed() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "abcd");
        foreach ((World.Worker worker, int by) in workers.Zip([1, 2, 3, 4]))
            worker.Answer = votes => World.Worker.Moved(votes, by);
        await Assert.ThrowsAsync<VoterUnavailableException>(() => world.VoteAsync(Request(1, 0, 100)));
        Assert.Equal(3, workers.Count(worker => world.StateOf(worker) == WorkerState.Quarantined));
    }, auditEvery: 1);

    [Fact]
    public void An_audit_that_there_is_nobody_for_holds_up_nothing() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        VoteRequest request = Request(1, 0, 5000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        Assert.True(world.Counters.AuditsGivenUp > 3);
        Assert.Equal(0, world.Counters.Audits);
        World.Worker failing = await world.JoinAsync("b");
        failing.Before = (_, _) => throw new IOException("no such device");
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
    }, auditEvery: 1);

    [Fact]
    public void An_audit_that_is_not_answered_is_given_up_and_who_does_not_answer_is_left_alone() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "ab");
        workers[1].Before = (_, token) => world.Time.Delay(1e6, token);
        VoteRequest request = Request(1, 0, 10_000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        // Three minutes for the first ones, then what the other worker takes for all of it.
        Assert.InRange(world.Time.Now.TotalSeconds, 180, 200);
        Assert.Equal(WorkerState.Paused, world.StateOf(workers[1]));
        Assert.True(world.Counters.AuditsGivenUp > 2, $"{world.Counters.AuditsGivenUp}");
        Assert.Equal(new DispatchEvent.WorkerSilent("b", TimeSpan.FromMinutes(3)), Assert.Single(world.Events));
    }, auditEvery: 2);

    [Fact]
    public void Nobody_waits_so_long_twice_for_a_worker_that_has_not_answered_since() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "ab");
        workers[1].Before = (_, token) => world.Time.Delay(1e6, token);
        for (int i = 0; i < 100; i++) await world.VoteAsync(Request(1, 10 * i, 10 * i + 10));
        Assert.InRange(world.Time.Now.TotalSeconds, 180, 300);
        workers[1].Before = null;
        await world.Time.Delay(60);
        // It answers again, and audits as before.
        long givenUp = world.Counters.AuditsGivenUp;
        for (int i = 0; i < 100; i++) await world.VoteAsync(Request(1, 10 * i, 10 * i + 10));
        Assert.InRange(world.Counters.AuditsGivenUp - givenUp, 0, 1);
    }, auditEvery: 2);

    [Fact]
    public void Where_two_disagree_and_the_third_does_not_answer_neither_is_believed() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "abc");
        (workers[0].Answer, workers[2].Before) = (World.Worker.Lie, (_, token) => world.Time.Delay(1e6, token));
        await Assert.ThrowsAsync<VoterUnavailableException>(() => world.VoteAsync(Request(1, 0, 1000)));
        Assert.Equal(2, world.Events.OfType<DispatchEvent.WorkerQuarantined>().Count());
    }, auditEvery: 1);

    [Fact]
    public void What_a_liar_voted_earlier_ends_a_certificate_and_anew_it_is_drawn_by_others() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "abc");
        workers[0].Answer = World.Worker.Lie;
        AnswerSources certificate = new();
        // Nobody compares the first samples of this certificate; all three draw some of them.
        await world.VoteAsync(Request(1, 0, 30_000, sources: certificate));
        Assert.All(workers, worker => Assert.True(worker.Asked.Count > 1));
        long doubts = world.Dispatcher.Doubts;
        workers[0].Instead = Nonsense;
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(1, 30_000, 60_000, sources: certificate)));
        Assert.Contains("ask anew", fault.Message, StringComparison.Ordinal);
        Assert.IsType<WithdrawnVotesException>(fault.InnerException);
        Assert.True(world.Dispatcher.Doubts > doubts);
        await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(1, 30_000, 60_000, sources: certificate)));
        // Another certificate, of the same input or not, has nothing to do with it.
        await world.VoteAsync(Request(1, 30_000, 60_000, seed: 4, sources: new()));
        AnswerSources anew = new();
        foreach (long from in new[] { 0, 30_000 })
        {
            VoteRequest request = Request(1, from, from + 30_000, sources: anew);
            await world.AssertSingleAsync(request, await world.VoteAsync(request));
        }
    });

    [Fact]
    public void A_certificate_with_a_lie_ends_although_another_has_drawn_the_same_samples_since() => Run(async world =>
    {
        (AnswerSources first, AnswerSources second) = (new(), new());
        World.Worker liar = await world.JoinAsync("a");
        await world.VoteAsync(Request(1, 0, 10, sources: first));
        liar.Instead = Nonsense;
        Task<VoteCounts> again = world.VoteAsync(Request(1, 0, 10, sources: second));
        await world.JoinAsync("b");
        await again;
        Assert.Equal(WorkerState.Quarantined, world.StateOf(liar));
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(1, 10, 20, sources: first)));
        Assert.IsType<WithdrawnVotesException>(fault.InnerException);
        await world.VoteAsync(Request(1, 10, 20, sources: second));
    });

    [Fact]
    public void Who_voted_wrongly_as_another_function_is_asked_no_more_and_its_certificates_end() => Run(async world =>
    {
        AnswerSources certificate = new();
        World.Worker distrusted = await world.JoinAsync("a");
        await world.VoteAsync(Request(1, 0, 10, sources: certificate));
        world.Dispatcher.Distrust("a", "as s050: two others vote otherwise");
        world.Dispatcher.Distrust("z", "as s050: it was never here");
        Assert.Equal(WorkerState.Quarantined, world.StateOf(distrusted));
        Assert.True(world.Dispatcher.Knows("z"));
        DispatchEvent.WorkerQuarantined told =
            Assert.IsType<DispatchEvent.WorkerQuarantined>(Assert.Single(world.Events));
        Assert.Equal(("a", false, Input(1).Hash), (told.Worker, told.IsWrong, Assert.Single(told.Inputs)));
        await world.JoinAsync("b");
        await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(1, 10, 20, sources: certificate)));
        await world.VoteAsync(Request(1, 10, 20, sources: new()));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_liar_voted_before_it_was_lost_for_a_while_is_drawn_again(bool isBack) => Run(async world =>
    {
        World.Worker liar = await world.JoinAsync("a");
        liar.Answer = World.Worker.Lie;
        VoteRequest request = Request(1, 0, 5000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        // Some ranges are voted on by now.
        await world.Time.Delay(2.5);
        Assert.True(liar.Asked.Count > 1);
        world.Dispatcher.Leave("a", died: false);
        if (isBack) await world.JoinAsync("a");
        world.Dispatcher.Distrust("a", "as s050: two others vote otherwise");
        await world.JoinAsync("b");
        await world.AssertSingleAsync(request, await votes);
    });

    [Fact]
    public void Who_comes_back_is_not_the_second_worker_of_what_it_voted_before() => Run(async world =>
    {
        World.Worker liar = await world.JoinAsync("a");
        World.Worker honest = await world.JoinAsync("b");
        honest.Before = (_, _) => world.Time.Delay(20);
        liar.Answer = World.Worker.Lie;
        VoteRequest request = Request(1, 0, 10);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.Time.Delay(.5);
        world.Dispatcher.Leave("a", died: false);
        World.Worker again = await world.JoinAsync("a");
        again.Answer = World.Worker.Lie;
        // The other one is late by now.
        await world.Time.Delay(5);
        await world.JoinAsync("c");
        await world.AssertSingleAsync(request, await votes);
        Assert.Empty(again.Asked);
    }, auditEvery: 1);

    // One range is audited, and is the last to be settled; one after it the liar drew alone. Not with every secret.
    [Fact]
    public void A_request_is_not_completed_with_other_votes_of_who_is_found_out_on_its_last_range()
    {
        int tried = 0;
        for (ulong secret = 0; secret < 100; secret++)
        {
            using World world = new(Audits(3), secret: secret);
            world.Time.Run(async () =>
            {
                World.Worker[] workers = await JoinAsync(world, "abc");
                World.Worker liar = workers[0];
                Dictionary<SampleRange, List<string>> voted = [];
                foreach (World.Worker worker in workers)
                    worker.Before = async (ask, token) =>
                    {
                        List<string> before = voted.TryGetValue(ask.Range, out List<string>? there)
                            ? there : voted[ask.Range] = [];
                        before.Add(worker.Name);
                        // Whoever is third comes long after everything else is settled.
                        await world.Time.Delay(before.Count == 3 ? .9 : worker == liar ? .01 : .02, token);
                    };
                liar.Answer = World.Worker.Lie;
                VoteRequest request = Request(1, 0, 6000);
                VoteCounts votes = await world.VoteAsync(request);
                SampleRange[] settled = [.. voted.Where(range => range.Value.Count == 3).Select(range => range.Key)];
                if (settled is not [var last] || !voted.Any(
                    range => range.Key.From > last.From && range.Value is ["a"] or ["a", _])) return;
                tried++;
                await world.AssertSingleAsync(request, votes);
            });
        }
        Assert.True(tried > 3, $"{tried}");
    }

    private static RangeAnswer Nonsense(RangeAsk ask) =>
        new RangeAnswer.Voted(new([10, 0, 0], 0, new(0, 10), new("another")), 0);

    [Fact]
    public void An_answer_that_comes_second_and_differs_is_settled_by_a_third_worker() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        workers[0].Before = (_, _) => world.Time.Delay(5);
        workers[0].Answer = World.Worker.Lie;
        VoteRequest request = Request(1, 0, 10);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.JoinAsync("b");
        await world.JoinAsync("c");
        await world.AssertSingleAsync(request, await votes);
        Assert.Empty(world.Events);
        await world.Time.Delay(10);
        Assert.Equal(WorkerState.Quarantined, world.StateOf(workers[0]));
        Assert.Contains(new DispatchEvent.DisputedLate(Input(1).Hash, new(0, 10)), world.Events);
        Assert.Equal(1, world.Counters.FoundLate);
    });

    [Fact]
    public void A_lie_that_was_counted_is_found_by_the_answer_that_comes_second() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        workers[0].Before = (_, _) => world.Time.Delay(5);
        AnswerSources certificate = new();
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10, sources: certificate));
        World.Worker liar = await world.JoinAsync("b");
        liar.Answer = World.Worker.Lie;
        await votes;
        await world.JoinAsync("c");
        await world.Time.Delay(10);
        Assert.Equal(WorkerState.Quarantined, world.StateOf(liar));
        await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(1, 10, 20, sources: certificate)));
    });

    // The third is asked already, and never answers; nobody else could decide.
    [Fact]
    public void A_dispute_about_what_was_given_is_over_where_one_side_is_found_out_elsewhere() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        workers[0].Before = (_, _) => world.Time.Delay(5);
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10));
        World.Worker liar = await world.JoinAsync("b");
        liar.Answer = World.Worker.Lie;
        await votes;
        World.Worker third = await world.JoinAsync("c");
        third.Before = (_, token) => world.Time.Delay(1e6, token);
        await world.Time.Delay(5);
        Assert.Equal(1, world.Counters.FoundLate);
        Assert.Single(third.Asked);
        world.Dispatcher.Distrust("b", "as s050: two others vote otherwise");
        await world.Time.Delay(1000);
        Assert.Equal(WorkerState.Ready, world.StateOf(workers[0]));
        Assert.Equal(1, third.GivenUp);
    });

    [Fact]
    public void Who_fails_at_a_dispute_about_what_was_given_is_asked_once() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        workers[0].Before = (_, _) => world.Time.Delay(5);
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10));
        World.Worker liar = await world.JoinAsync("b");
        liar.Answer = World.Worker.Lie;
        await votes;
        World.Worker third = await world.JoinAsync("c");
        third.Before = (_, _) => throw new ArgumentException("an index is out of range");
        await world.Time.Delay(100);
        Assert.Single(third.Asked);
    });

    [Fact]
    public void An_answer_that_comes_after_the_other_was_found_out_is_not_compared_with_it() => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        // It does not hear that nobody waits.
        workers[0].Before = (_, _) => world.Time.Delay(5);
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10));
        World.Worker liar = await world.JoinAsync("b");
        liar.Answer = World.Worker.Lie;
        await votes;
        world.Dispatcher.Distrust("b", "as s050: two others vote otherwise");
        await world.Time.Delay(1000);
        Assert.Equal(WorkerState.Ready, world.StateOf(workers[0]));
        Assert.Equal(0, world.Counters.FoundLate);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dispute_on_the_canary_is_over_where_the_other_side_is_found_out_elsewhere(bool isHere) => Run(
        async world =>
        {
            World.Worker liar = world.NewWorker("a");
            liar.Answer = World.Worker.Lie;
            await world.Dispatcher.JoinAsync(liar, 1);
            World.Worker honest = await world.JoinAsync("b");
            Assert.Equal(WorkerState.Disputed, world.StateOf(honest));
            if (!isHere) world.Dispatcher.Leave("a", died: false);
            world.Dispatcher.Distrust("another", "as s050: two others vote otherwise");
            Assert.Equal(WorkerState.Disputed, world.StateOf(honest));
            world.Dispatcher.Distrust("a", "as s050: two others vote otherwise");
            VoteRequest request = Request(1, 0, 1000);
            await world.AssertSingleAsync(request, await world.VoteAsync(request));
        });

    [Theory]
    [InlineData("function")]
    [InlineData("range")]
    [InlineData("outcomes")]
    [InlineData("nonsense")]
    public void Who_answers_something_else_than_was_asked_is_asked_no_more(string what) => Run(async world =>
    {
        World.Worker[] workers = await JoinAsync(world, "a");
        FunctionId id = world.Single.FunctionId;
        workers[0].Instead = ask => new RangeAnswer.Voted(what switch
        {
            "function" => new([ask.Range.Count, 0, 0], 0, ask.Range, new("another")),
            "range" => new([ask.Range.Count, 0, 0], 0, ask.Range.Next(ask.Range.Count), id),
            "outcomes" => new([ask.Range.Count, 0], 0, ask.Range, id),
            _ => throw new InvalidDataException("3 votes on 10 samples"),
        }, 0);
        VoteRequest request = Request(1, 0, 1000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.JoinAsync("b");
        await world.AssertSingleAsync(request, await votes);
        Assert.Equal(WorkerState.Quarantined, world.StateOf(workers[0]));
    });

    [Fact]
    public void A_joiner_that_votes_otherwise_than_two_others_is_not_let_in() => Run(async world =>
    {
        await JoinAsync(world, "ab");
        World.Worker liar = world.NewWorker("c");
        liar.Answer = World.Worker.Lie;
        await world.Dispatcher.JoinAsync(liar, 1);
        Assert.Equal(WorkerState.Quarantined, world.StateOf(liar));
        await world.VoteAsync(Request(1, 0, 10_000));
        Assert.Empty(liar.Asked);
    });

    [Fact]
    public void One_against_one_nobody_is_asked_until_a_third_has_come() => Run(async world =>
    {
        World.Worker liar = world.NewWorker("a");
        liar.Answer = World.Worker.Lie;
        await world.Dispatcher.JoinAsync(liar, 1);
        World.Worker honest = await world.JoinAsync("b");
        VoteRequest request = Request(1, 0, 1000);
        await Assert.ThrowsAsync<VoterUnavailableException>(() => world.VoteAsync(request));
        Assert.Empty(honest.Asked);
        // Who is left alone is still not believed.
        world.Dispatcher.Leave("a", died: false);
        Assert.Equal(WorkerState.Disputed, world.StateOf(honest));
        World.Worker again = world.NewWorker("a2");
        again.Answer = World.Worker.Lie;
        await world.Dispatcher.JoinAsync(again, 1);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.JoinAsync("c");
        await world.AssertSingleAsync(request, await votes);
        Assert.Equal(WorkerState.Quarantined, world.StateOf(again));
        Assert.Equal(WorkerState.Ready, world.StateOf(honest));
    });

    [Fact]
    public void While_it_is_open_who_is_right_nothing_counts_that_either_voted() => Run(async world =>
    {
        World.Worker liar = world.NewWorker("a");
        liar.Answer = World.Worker.Lie;
        await world.Dispatcher.JoinAsync(liar, 1);
        await world.VoteAsync(Request(1, 0, 10, seed: 99));
        VoteRequest request = Request(1, 0, 5000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        // Some ranges are voted on by now, and some are with it.
        await world.Time.Delay(2.5);
        await world.JoinAsync("b");
        await world.Time.Delay(20);
        Assert.False(votes.IsCompleted);
        await world.JoinAsync("c");
        await world.AssertSingleAsync(request, await votes);
    });

    [Fact]
    public void Who_answers_the_canary_first_is_not_asked_while_others_are_at_it() => Run(async world =>
    {
        World.Worker liar = world.NewWorker("liar");
        liar.Answer = World.Worker.Lie;
        World.Worker[] honest = [world.NewWorker("a"), world.NewWorker("b")];
        foreach (World.Worker worker in honest) worker.CanaryTime = TimeSpan.FromSeconds(1);
        Task joined = Task.WhenAll(honest.Prepend(liar).Select(worker => world.Dispatcher.JoinAsync(worker, 1)));
        VoteRequest request = Request(1, 0, 1000);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
        await joined;
        Assert.Empty(liar.Asked);
        Assert.Equal(WorkerState.Quarantined, world.StateOf(liar));
    });

    [Fact]
    public void Who_answers_the_canary_first_is_not_asked_while_others_may_have_the_function() => Run(async world =>
    {
        foreach (string name in (string[])["liar", "a", "b", "gateway"]) world.Dispatcher.Expect(name);
        World.Worker liar = world.NewWorker("liar");
        liar.Answer = World.Worker.Lie;
        await world.Dispatcher.JoinAsync(liar, 1);
        VoteRequest request = Request(1, 0, 1000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.Time.Delay(1);
        await world.JoinAsync("a");
        await world.Time.Delay(1);
        await world.JoinAsync("b");
        await world.AssertSingleAsync(request, await votes);
        Assert.Empty(liar.Asked);
        Assert.Equal(WorkerState.Quarantined, world.StateOf(liar));
    });

    [Fact]
    public void Nobody_waits_for_who_has_another_function_or_is_gone_and_not_long_for_who_does_not_say() => Run(
        async world =>
        {
            foreach (string name in (string[])["other", "gone", "silent", "a"]) world.Dispatcher.Expect(name);
            await world.JoinAsync("a");
            Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10));
            world.Dispatcher.ExpectNo("other");
            world.Dispatcher.Leave("gone", died: true);
            await world.Time.Delay(9);
            Assert.False(votes.IsCompleted);
            await world.Time.Delay(2);
            Assert.True(votes.IsCompleted);
            world.Dispatcher.Expect("later");
            world.Dispatcher.ExpectNo("later");
            votes = world.VoteAsync(Request(1, 10, 20));
            await world.Time.Delay(1);
            Assert.True(votes.IsCompleted);
        });

    [Fact]
    public void Who_votes_for_one_outcome_always_is_found_out_where_the_canary_tells_nothing()
    {
        // Of two samples both are for that outcome with many a secret.
        for (ulong secret = 0, alike = 0; alike < 5; secret++)
        {
            using World world = new(new() { AuditEvery = int.MaxValue, CanarySamples = 2 }, secret: secret);
            bool passes = false;
            world.Time.Run(async () =>
            {
                World.Worker sure = world.NewWorker("sure");
                sure.Answer = votes => new(
                    [votes.Total, .. new long[votes.Counts.Length - 1]], 0, votes.Range, votes.FunctionId);
                await Task.WhenAll(
                    new[] { sure, world.NewWorker("a"), world.NewWorker("b") }
                        .Select(worker => world.Dispatcher.JoinAsync(worker, 1)));
                passes = world.StateOf(sure) == WorkerState.Ready;
                VoteRequest request = Request(1, 0, 60_000);
                await world.AssertSingleAsync(request, await world.VoteAsync(request));
                Assert.Equal(WorkerState.Quarantined, world.StateOf(sure));
            });
            if (passes) alike++;
        }
    }

    [Fact]
    public void Inputs_on_which_a_liar_alone_voted_are_named_when_it_is_found_out() => Run(async world =>
    {
        World.Worker liar = await world.JoinAsync("a");
        await world.VoteAsync(Request(1, 0, 10));
        await world.VoteAsync(Request(2, 0, 10));
        liar.Instead = Nonsense;
        Task<VoteCounts> votes = world.VoteAsync(Request(3, 0, 10));
        await world.JoinAsync("b");
        await votes;
        Assert.Equal(
            ((string[])[Input(1).Hash, Input(2).Hash]).Order(),
            Assert.IsType<DispatchEvent.WorkerQuarantined>(Assert.Single(world.Events)).Inputs);
    });

    [Fact]
    public void Nobody_waits_for_long_for_who_does_not_answer_the_canary() => Run(async world =>
    {
        await world.JoinAsync("a");
        World.Worker slow = world.NewWorker("slow");
        slow.CanaryTime = TimeSpan.FromMinutes(1);
        Task joined = world.Dispatcher.JoinAsync(slow, 1);
        VoteRequest request = Request(1, 0, 1000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await Task.Delay(TimeSpan.FromSeconds(9), world.Clock);
        Assert.False(votes.IsCompleted);
        await Task.Delay(TimeSpan.FromSeconds(3), world.Clock);
        Assert.True(votes.IsCompleted);
        await world.AssertSingleAsync(request, await votes);
        await joined;
    });

    [Fact]
    public void Nobody_is_waited_for_anew_who_fails_on_the_canary_again_and_again() => Run(async world =>
    {
        await world.JoinAsync("a");
        World.Worker failing = world.NewWorker("failing");
        (failing.CanaryTime, failing.Answer) = (TimeSpan.FromSeconds(4), _ => throw new IOException("no such device"));
        for (int times = 0; times < 3; times++)
            await Assert.ThrowsAsync<IOException>(() => world.Dispatcher.JoinAsync(failing, 1));
        Task again = world.Dispatcher.JoinAsync(failing, 1);
        await world.AssertSingleAsync(Request(1, 0, 100), await world.VoteAsync(Request(1, 0, 100)));
        Assert.False(again.IsCompleted);
        await Assert.ThrowsAsync<IOException>(() => again);
    });

    [Fact]
    public void Who_does_not_come_back_from_the_canary_is_given_up_and_may_try_again() => Run(async world =>
    {
        World.Worker worker = world.NewWorker("a");
        worker.CanaryTime = TimeSpan.FromHours(1);
        await Assert.ThrowsAsync<TimeoutException>(() => world.Dispatcher.JoinAsync(worker, 1));
        Assert.Equal(180, world.Time.Now.TotalSeconds);
        await world.Time.Delay(1);
        worker.CanaryTime = TimeSpan.Zero;
        await world.Dispatcher.JoinAsync(worker, 1);
        Assert.Equal((WorkerState.Ready, 1), (world.StateOf(worker), worker.GivenUp));
    });

    [Fact]
    public void Who_fails_on_the_canary_may_try_again() => Run(async world =>
    {
        World.Worker worker = world.NewWorker("a");
        worker.Answer = _ => throw new IOException("no such device");
        await Assert.ThrowsAsync<IOException>(() => world.Dispatcher.JoinAsync(worker, 1));
        worker.Answer = votes => votes;
        await world.Dispatcher.JoinAsync(worker, 1);
        Assert.Equal(WorkerState.Ready, world.StateOf(worker));
        await Assert.ThrowsAsync<ArgumentException>(() => world.Dispatcher.JoinAsync(worker, 1));
        Assert.Equal(WorkerState.Ready, world.StateOf(worker));
    });
}
