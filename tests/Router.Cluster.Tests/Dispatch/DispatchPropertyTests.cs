using FsCheck;
using FsCheck.Fluent;
using Router.Cluster.Dispatch;
using Router.Votes;
using Router.Votes.Noise;
using static Router.Cluster.Tests.Dispatch.World;

namespace Router.Cluster.Tests.Dispatch;

/// <summary>
/// What holds whatever workers do and whatever order answers come in: votes are those of one process, or there are
/// none. Every vote follows from its sample, so one that is counted twice, or not at all, changes the counts.
/// </summary>
public class DispatchPropertyTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261129, 1);

    private sealed record Asked(int Input, int Begin, int From, int Count, bool IsGivenUp);

    private sealed record Case(int Seed, int Workers, Asked[] Requests, int AuditEvery);

    private static Arbitrary<Case> Cases(int leastWorkers, bool withGivenUp)
    {
        Gen<Asked> asked = from input in Gen.Choose(1, 4)
                           from begin in Gen.Choose(0, 5)
                           from start in Gen.Elements(0, 0, 1, 7, 1000)
                           from count in Gen.Frequency(
                               (1, Gen.Choose(1, 9)), (3, Gen.Choose(10, 400)), (1, Gen.Choose(400, 3000)))
                           from givenUp in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(withGivenUp)))
                           select new Asked(input, begin, start, count, givenUp);
        return (from seed in Gen.Choose(0, int.MaxValue - 1)
                from workers in Gen.Choose(leastWorkers, 6)
                from size in Gen.Choose(1, 8)
                from requests in asked.ArrayOf(size)
                from audit in Gen.Elements(1, 5, 1000)
                select new Case(seed, workers, requests, audit)).ToArbitrary();
    }

    // A worker's chance, for each ask: the same whenever it comes.
    private sealed class Chance(int seed, int worker)
    {
        private readonly NoiseStream _stream = new((ulong)seed, (uint)worker);
        private long _drawn;

        public double Next() => Math.ScaleB(_stream.Uniform(_drawn++, 0), -64);
    }

    // Answers soon or late, hears that it was given up or does not, has room or has none.
    private static void Behave(World world, World.Worker worker, Chance chance, double failing)
    {
        bool isDead = false;
        worker.Instead = _ => chance.Next() < .1
            ? new RangeAnswer.Busy(TimeSpan.FromSeconds(.1 + chance.Next())) : null;
        worker.Before = async (_, token) =>
        {
            double seconds = chance.Next() < .15 ? 60 * chance.Next() : .3 * chance.Next();
            await world.Time.Delay(seconds, chance.Next() < .5 ? token : default);
            double luck = chance.Next();
            if (isDead || luck < failing / 4)
            {
                isDead = true;
                throw new WorkerLostException(worker.Name, "its process ended");
            }
            if (luck < failing) throw new IOException("no such device");
        };
    }

    private static void ForAll(
        int leastWorkers, bool withGivenUp, bool withLiar, double failing, bool mustAnswer, bool audited = false)
    {
        int answered = 0, refused = 0;
        Prop.ForAll(Cases(leastWorkers, withGivenUp), imagined =>
        {
            using World world = new(Audits(audited ? 1 : imagined.AuditEvery), secret: (ulong)imagined.Seed);
            world.Time.Run(async () =>
            {
                for (int i = 0; i < imagined.Workers; i++)
                {
                    World.Worker worker = await world.JoinAsync($"w{i}");
                    Behave(world, worker, new(imagined.Seed, i), failing);
                    if (withLiar && i == imagined.Seed % imagined.Workers) worker.Answer = World.Worker.Lie;
                }
                using CancellationTokenSource over = new();
                Task crowd = failing > 0 ? ComeAndGoAsync(world, imagined, over.Token) : Task.CompletedTask;
                bool[] votes = await Task.WhenAll(imagined.Requests.Select(asked => AskAsync(world, asked)));
                over.Cancel();
                await crowd;
                answered += votes.Count(one => one);
                refused += votes.Count(one => !one);
                Assert.True(!mustAnswer || votes.All(one => one));
                // Whatever was late has come: nothing is left of it.
                await world.Time.Delay(1000);
                PoolStatus status = world.Dispatcher.Status;
                Assert.Equal((0, 0), (status.Requests, status.WaitingRanges));
                Assert.All(status.Workers, worker => Assert.Equal(0, worker.InFlight));
            });
        }).Check(Fixed);
        Assert.True(answered > 200, $"{answered} requests were answered and {refused} were not");
    }

    // True where it was answered, and rightly; false where it was refused or given up.
    private static async Task<bool> AskAsync(World world, Asked asked)
    {
        await world.Time.Delay(asked.Begin);
        using CancellationTokenSource over = new();
        VoteRequest request = Request(asked.Input, asked.From, asked.From + asked.Count);
        Task<VoteCounts> votes = world.VoteAsync(request, over.Token);
        if (asked.IsGivenUp)
        {
            await world.Time.Delay(.2);
            over.Cancel();
        }
        try
        {
            await world.AssertSingleAsync(request, await votes);
            return true;
        }
        catch (OperationCanceledException) when (asked.IsGivenUp)
        {
            return false;
        }
        catch (VoterUnavailableException)
        {
            return false;
        }
    }

    // Workers come, drain, leave and are declared dead, as long as there is anybody who asks.
    private static async Task ComeAndGoAsync(World world, Case imagined, CancellationToken over)
    {
        Chance chance = new(imagined.Seed, 1000);
        for (int i = 0; !over.IsCancellationRequested; i++)
        {
            await world.Time.Delay(2 * chance.Next());
            World.Worker worker = await world.JoinAsync($"new{i}");
            Behave(world, worker, new(imagined.Seed, 100 + i), .1);
            string leaving = world.Dispatcher.Status.Workers[0].Id;
            double luck = chance.Next();
            if (luck < .3) world.Dispatcher.Drain(leaving);
            else if (luck < .7) world.Dispatcher.Leave(leaving, died: luck < .5);
        }
    }

    [Fact]
    public void Whatever_the_order_of_answers_votes_are_those_of_one_process() => ForAll(
        leastWorkers: 1, withGivenUp: false, withLiar: false, failing: 0, mustAnswer: true);

    [Fact]
    public void Whatever_is_lost_votes_are_those_of_one_process_or_there_are_none() => ForAll(
        leastWorkers: 2, withGivenUp: true, withLiar: false, failing: .15, mustAnswer: false);

    [Fact]
    public void Whoever_lies_votes_that_two_workers_draw_are_those_of_one_process_or_there_are_none() => ForAll(
        leastWorkers: 3, withGivenUp: true, withLiar: true, failing: 0, mustAnswer: false, audited: true);

    // The control: the property sees a lie that nobody audits.
    [Fact]
    public void Votes_that_one_worker_draws_alone_are_as_true_as_it_is() =>
        Assert.StartsWith("Falsifiable", Assert.ThrowsAny<Exception>(() => ForAll(
            leastWorkers: 3, withGivenUp: false, withLiar: true, failing: 0, mustAnswer: false)).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task Threads_that_come_in_each_others_way_change_no_vote()
    {
        using World world = new(
            new()
            {
                AuditEvery = 4, CanarySamples = 20, LeastHedge = TimeSpan.FromTicks(1), HedgeOverP99 = 1,
                HedgedPart = 1, LeastWork = TimeSpan.FromTicks(1), MostWork = TimeSpan.FromTicks(20),
            },
            TimeProvider.System);
        for (int i = 0; i < 6; i++)
        {
            World.Worker worker = await world.JoinAsync($"w{i}", 0, lanes: 2);
            Chance chance = new(5, i);
            worker.Before = async (_, _) =>
            {
                int yields;
                lock (chance) yields = (int)(20 * chance.Next());
                while (yields-- > 0) await Task.Yield();
            };
        }
        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(async () =>
        {
            VoteRequest request = Request(i % 20, i, i + 37 * (i % 11), seed: (ulong)i);
            await world.AssertSingleAsync(request, await world.VoteAsync(request));
        })));
        Assert.DoesNotContain(world.Events, happened => happened is DispatchEvent.WorkerQuarantined);
        Assert.True(world.Counters.Audits > 100);
    }
}
