using Router.Cluster.Dispatch;
using Router.Votes;
using static Router.Cluster.Tests.Dispatch.World;

namespace Router.Cluster.Tests.Dispatch;

/// <summary>Inputs that workers die of, and inputs that were merely there.</summary>
public class KillerInputTests
{
    private const int Killer = 666;

    private static void Run(string names, Func<World, World.Worker[], Task> test)
    {
        using World world = new(new() { AuditEvery = int.MaxValue, CanarySamples = 20 });
        world.Time.Run(async () =>
        {
            List<World.Worker> workers = [];
            foreach (char name in names) workers.Add(await world.JoinAsync(name.ToString()));
            foreach (World.Worker worker in workers)
                worker.Before = async (ask, token) =>
                {
                    await world.Time.Delay(.1, token);
                    if (ask.Input.Hash == Input(Killer).Hash)
                        throw new WorkerLostException(worker.Name, "its process ended");
                };
            await test(world, [.. workers]);
        });
    }

    private static int Killed(World world) => world.Events.OfType<DispatchEvent.WorkerLost>().Count();

    [Fact]
    public void An_input_that_two_workers_died_with_is_refused() => Run("abcd", async (world, _) =>
    {
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(Killer, 0, 5000)));
        Assert.Contains("2 workers died", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, Killed(world));
        Assert.Contains(new DispatchEvent.InputQuarantined(Input(Killer).Hash, 2), world.Events);
        long asks = world.Counters.Asks;
        await Assert.ThrowsAsync<VoterUnavailableException>(() => world.VoteAsync(Request(Killer, 0, 10, seed: 4)));
        Assert.Equal(asks, world.Counters.Asks);
        await world.VoteAsync(Request(1, 0, 5000));
        Assert.Equal(2, Killed(world));
    });

    [Fact]
    public void It_meets_no_third_worker_while_nobody_knows_that_two_are_dead() => Run("abcd", async (world, workers) =>
    {
        List<string> dead = [];
        foreach (World.Worker worker in workers)
            worker.Before = async (_, token) =>
            {
                dead.Add(worker.Name);
                await world.Time.Delay(30, token);
                throw new WorkerLostException(worker.Name, "its process ended");
            };
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => world.VoteAsync(Request(Killer, 0, 5000)));
        Assert.Contains("2 workers died", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, dead.Count);
    });

    // Two workers of a machine, and others on another one.
    [Fact]
    public void A_machine_that_loses_power_with_two_workers_is_not_what_they_die_of() => Run("ab", async (world, _) =>
    {
        foreach (string name in (string[])["c", "d"]) await JoinOnAsync(world, name, "dark");
        world.Dispatcher.Drain("a");
        world.Dispatcher.Drain("b");
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10));
        // It is late with one of them, and asked of the other.
        await world.Time.Delay(5);
        world.Dispatcher.Leave("c", died: true);
        world.Dispatcher.Leave("d", died: true);
        Assert.False(votes.IsCompleted);
        await world.JoinAsync("e");
        await world.AssertSingleAsync(Request(1, 0, 10), await votes);
    });

    [Fact]
    public void Where_all_are_on_one_machine_it_is_refused_after_two_workers() => Run("", async (world, _) =>
    {
        foreach (string name in (string[])["a", "b", "c"])
            (await JoinOnAsync(world, name, "alone")).Before = (_, _) =>
                throw new WorkerLostException(name, "its process ended");
        await Assert.ThrowsAsync<VoterUnavailableException>(() => world.VoteAsync(Request(Killer, 0, 10)));
        Assert.Contains(new DispatchEvent.InputQuarantined(Input(Killer).Hash, 2), world.Events);
    });

    [Fact]
    public void Workers_that_are_stopped_before_they_have_finished_did_not_die_of_it() => Run("", async (world, _) =>
    {
        foreach (string name in (string[])["a", "b"])
            (await world.JoinAsync(name)).Before = (_, _) =>
            {
                world.Dispatcher.Drain(name);
                throw new WorkerLostException(name, "its process ended");
            };
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10));
        await world.Time.Delay(1);
        await world.JoinAsync("c");
        await world.AssertSingleAsync(Request(1, 0, 10), await votes);
        Assert.Empty(world.Events.OfType<DispatchEvent.InputQuarantined>());
    });

    [Fact]
    public void A_worker_that_is_lost_comes_back_and_is_lost_again_is_one() => Run("", async (world, _) =>
    {
        for (int life = 0; life < 2; life++)
        {
            (await world.JoinAsync("a")).Before = (_, token) => world.Time.Delay(1000, token);
            Task<VoteCounts> lost = world.VoteAsync(Request(1, 0, 10));
            await world.Time.Delay(.1);
            world.Dispatcher.Leave("a", died: true);
            Assert.False(lost.IsCompleted);
        }
    });

    [Fact]
    public void Who_is_asked_for_what_is_late_elsewhere_is_on_another_machine() => Run("", async (world, _) =>
    {
        World.Worker first = await JoinOnAsync(world, "a", "slow"), beside = await JoinOnAsync(world, "b", "slow");
        World.Worker other = await JoinOnAsync(world, "c", "another");
        other.Before = (_, token) => world.Time.Delay(.5, token);
        Task<VoteCounts> votes = world.VoteAsync(Request(1, 0, 10));
        await votes;
        Assert.Equal((1, 1, 0), (first.Asked.Count, other.Asked.Count, beside.Asked.Count));
    });

    private static async Task<World.Worker> JoinOnAsync(World world, string name, string host)
    {
        World.Worker worker = world.NewWorker(name);
        (worker.Host, worker.Before) = (host, (_, token) => world.Time.Delay(1000, token));
        await world.Dispatcher.JoinAsync(worker, 1);
        return worker;
    }

    [Fact]
    public void It_is_refused_for_a_while_only() => Run("abcd", async (world, workers) =>
    {
        await Assert.ThrowsAsync<VoterUnavailableException>(() => world.VoteAsync(Request(Killer, 0, 10)));
        foreach (World.Worker worker in workers) worker.Before = null;
        await world.Time.Delay(601);
        VoteRequest request = Request(Killer, 0, 10);
        await world.AssertSingleAsync(request, await world.VoteAsync(request));
    });

    [Fact]
    public void Inputs_beside_it_are_voted_on_by_those_who_live() => Run("abcd", async (world, _) =>
    {
        Task<VoteCounts> killer = world.VoteAsync(Request(Killer, 0, 10));
        VoteRequest[] others = [.. Enumerable.Range(1, 5).Select(i => Request(i, 0, 50))];
        Task<VoteCounts>[] votes = [.. others.Select(request => world.VoteAsync(request))];
        await Assert.ThrowsAsync<VoterUnavailableException>(() => killer);
        foreach ((VoteRequest request, Task<VoteCounts> counts) in others.Zip(votes))
            await world.AssertSingleAsync(request, await counts);
        Assert.Equal(2, Killed(world));
    });

    [Fact]
    public void An_input_that_was_voted_on_is_not_what_workers_die_of() => Run("abcd", async (world, _) =>
    {
        await world.VoteAsync(Request(1, 0, 10));
        VoteRequest request = Request(1, 0, 2000);
        Task<VoteCounts> votes = world.VoteAsync(request);
        await world.Time.Delay(.05);
        world.Dispatcher.Leave("a", died: true);
        world.Dispatcher.Leave("b", died: true);
        await world.AssertSingleAsync(request, await votes);
    });

    [Fact]
    public void Samples_that_three_workers_died_of_are_refused_though_others_were_voted_on() => Run(
        "abcd", async (world, workers) =>
        {
            await world.VoteAsync(Request(1, 0, 10));
            foreach (World.Worker worker in workers)
                worker.Before = (ask, _) => ask.Range.From == 10
                    ? throw new WorkerLostException(worker.Name, "its process ended")
                    : Task.CompletedTask;
            VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
                () => world.VoteAsync(Request(1, 10, 20)));
            Assert.Contains("3 workers failed on samples [10, 20)", fault.Message, StringComparison.Ordinal);
            await world.VoteAsync(Request(1, 20, 30));
            Assert.Equal(3, Killed(world));
        });
}
