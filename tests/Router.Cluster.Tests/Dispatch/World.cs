using System.Collections.Immutable;
using Router.Cluster.Dispatch;
using Router.Votes;
using Tests;

namespace Router.Cluster.Tests.Dispatch;

/// <summary>A pool of imagined workers, and the one voter whose function they all have.</summary>
internal sealed class World : IDisposable
{
    public const int Batch = 10;
    private static readonly ImmutableArray<int> Shape = [1, 2, 2];

    public World(
        DispatchOptions? options = null, TimeProvider? clock = null, ulong secret = 7, string network = "")
    {
        Clock = clock ?? Time;
        Dispatcher = new(
            new(Single.FunctionId, Single.OutcomeCount, Shape, Batch) { Network = network },
            options ?? new() { AuditEvery = int.MaxValue, CanarySamples = 20 }, Clock, secret,
            happened =>
            {
                lock (Events) Events.Add(happened);
            });
    }

    public VirtualTime Time { get; } = new();

    public TimeProvider Clock { get; }

    /// <summary>The function, in one process: of a hundred samples one is undecided.</summary>
    public ScriptedVoter Single { get; } = new("f", .5m, 3, (stream, sample) =>
        Math.ScaleB(stream.Uniform(sample, 0), -64) switch { < .01 => null, < .6 => 0, < .9 => 1, _ => 2 });

    public RangeDispatcher Dispatcher { get; }

    public List<DispatchEvent> Events { get; } = [];

    public PoolCounters Counters => Dispatcher.Status.Counters;

    /// <summary>An input of its own for every number.</summary>
    public static GridInput Input(int number) => new(BitConverter.GetBytes(number), Shape);

    public static VoteRequest Request(int input, long from, long to, ulong seed = 3, AnswerSources? sources = null) =>
        new(Input(input), new(seed, 5), new(from, to)) { Claim = new() { Sources = sources } };

    public static DispatchOptions Audits(int every) => new() { AuditEvery = every, CanarySamples = 20 };

    /// <summary>A worker that takes so long for a sample.</summary>
    public Worker NewWorker(string name, double secondsPerSample = .001, int lanes = 1) =>
        new(this, name, secondsPerSample, lanes);

    public async Task<Worker> JoinAsync(string name, double secondsPerSample = .001, int lanes = 1)
    {
        Worker worker = NewWorker(name, secondsPerSample, lanes);
        await Dispatcher.JoinAsync(worker, lanes);
        return worker;
    }

    public Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken = default) =>
        Dispatcher.VoteAsync(request, cancellationToken);

    /// <summary>The votes are those of one process, sample for sample.</summary>
    public async Task AssertSingleAsync(VoteRequest request, VoteCounts votes)
    {
        VoteCounts single = await Single.VoteAsync(request with { Progress = null }, CancellationToken.None);
        Assert.Equal(single.Range, votes.Range);
        Assert.Equal(single.Counts, votes.Counts);
        Assert.Equal(single.Undecided, votes.Undecided);
        Assert.Equal(single.FunctionId, votes.FunctionId);
    }

    public WorkerState StateOf(Worker worker) =>
        Dispatcher.Status.Workers.Single(one => one.Id == worker.Name).State;

    public void Dispose() => Dispatcher.Dispose();

    /// <summary>A worker whose every answer a test may bend.</summary>
    public sealed class Worker(World world, string name, double secondsPerSample, int lanes) : IWorkerLink
    {
        private readonly Lock _lock = new();
        private readonly Queue<TaskCompletionSource> _turns = [];
        private int _free = lanes;
        private int _inside;

        string IWorkerLink.Worker => name;

        public string Name => name;

        string IWorkerLink.Host => Host ?? name;

        /// <summary>The machine that it is on; its own where null.</summary>
        public string? Host { get; set; }

        /// <summary>What it was asked for, in order, without the canary.</summary>
        public List<RangeAsk> Asked { get; } = [];

        /// <summary>Asks that were given up while it was at them.</summary>
        public int GivenUp { get; private set; }

        /// <summary>The most that were with it at once.</summary>
        public int Most { get; private set; }

        /// <summary>What the canary takes it.</summary>
        public TimeSpan CanaryTime { get; set; }

        /// <summary>What it does before it answers; null for working as long as it takes.</summary>
        public Func<RangeAsk, CancellationToken, Task>? Before { get; set; }

        /// <summary>What it answers in place of the votes; null where those.</summary>
        public Func<RangeAsk, RangeAnswer?> Instead { get; set; } = _ => null;

        /// <summary>What becomes of its votes on the way out.</summary>
        public Func<VoteCounts, VoteCounts> Answer { get; set; } = votes => votes;

        /// <summary>Takes a vote from one class and gives it to another.</summary>
        public static VoteCounts Lie(VoteCounts votes) => Moved(votes, 1);

        /// <summary>Another lie for every number.</summary>
        public static VoteCounts Moved(VoteCounts votes, int by)
        {
            long[] counts = [.. votes.Counts];
            long undecided = votes.Undecided;
            if (counts[votes.MostVoted] >= by) counts[votes.MostVoted] -= by;
            else undecided -= by;
            counts[(votes.MostVoted + 1) % counts.Length] += by;
            return new([.. counts], undecided, votes.Range, votes.FunctionId);
        }

        private async Task WorkAsync(long samples, CancellationToken cancellationToken)
        {
            TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_lock)
            {
                if (_free > 0)
                {
                    _free--;
                    turn.SetResult();
                }
                else _turns.Enqueue(turn);
            }
            await using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)))
                await turn.Task;
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(secondsPerSample * samples), world.Clock, cancellationToken);
            }
            finally
            {
                lock (_lock)
                {
                    bool passedOn = false;
                    while (!passedOn && _turns.TryDequeue(out TaskCompletionSource? next))
                        passedOn = next.TrySetResult();
                    if (!passedOn) _free++;
                }
            }
        }

        public async Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken)
        {
            bool isCanary = ask.Range.From == 0 && ask.Stream.Id == 2;
            int ahead;
            lock (_lock)
            {
                if (!isCanary) Asked.Add(ask);
                ahead = _inside++;
                Most = Math.Max(Most, _inside);
            }
            try
            {
                if (isCanary && CanaryTime > TimeSpan.Zero)
                    await Task.Delay(CanaryTime, world.Clock, cancellationToken);
                else if (isCanary) { }
                else if (Before is not null) await Before(ask, cancellationToken);
                else if (secondsPerSample > 0) await WorkAsync(ask.Range.Count, cancellationToken);
                if (!isCanary && Instead(ask) is { } other) return other;
                VoteCounts votes = await world.Single.VoteAsync(
                    new(ask.Input, ask.Stream, ask.Range), CancellationToken.None);
                return new RangeAnswer.Voted(Answer(votes), ahead);
            }
            catch (OperationCanceledException)
            {
                lock (_lock) GivenUp++;
                throw;
            }
            finally
            {
                lock (_lock) _inside--;
            }
        }
    }
}
