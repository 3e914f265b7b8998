using System.Diagnostics;
using Router.Votes;

namespace Router.Cluster.Dispatch;

/// <summary>
/// One range on its way: who was asked, who answered what, and what follows. It is settled by the first answer, or by
/// two that are equal where it is audited; answers that differ are settled by a third worker. Pure: it asks nobody.
/// </summary>
/// <param name="request">Whose it is.</param>
/// <param name="samples">The samples.</param>
/// <param name="audited">Whether a second worker has to give the same votes.</param>
internal sealed class PendingRange(PendingRequest request, SampleRange samples, bool audited)
{
    private readonly List<(PoolWorker Worker, VoteCounts Votes)> _answers = [];
    private bool _audited = audited;

    /// <summary>Whose it is.</summary>
    public PendingRequest Request => request;

    /// <summary>The samples.</summary>
    public SampleRange Samples => samples;

    /// <summary>Asks that have not ended.</summary>
    public List<Attempt> Attempts { get; } = [];

    /// <summary>The workers that failed on it.</summary>
    public HashSet<PoolWorker> Failures { get; } = [];

    /// <summary>What the last of them failed with.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Whether it waits for a worker, not for the first time.</summary>
    public bool IsQueued { get; set; }

    /// <summary>The votes that count; null while that is open.</summary>
    public VoteCounts? Votes { get; private set; }

    /// <summary>Whether workers answered differently, and nobody has decided yet.</summary>
    public bool IsDisputed => Votes is null && OpinionsNow().Length > 1;

    /// <summary>Whether anybody answered.</summary>
    public bool IsAnswered => _answers.Count > 0;

    /// <summary>How many more workers are to be asked now.</summary>
    public int Missing
    {
        get
        {
            if (Votes is not null) return 0;
            int wanted = IsDisputed ? 1 : (_audited ? 2 : 1) - _answers.Count;
            return Math.Max(0, wanted - Attempts.Count(attempt => !attempt.IsOverdue));
        }
    }

    /// <summary>Whether a worker has had its turn at it.</summary>
    public bool Knows(PoolWorker worker) => Failures.Contains(worker)
        || Attempts.Exists(attempt => attempt.Worker == worker)
        || HasAnswerOf(worker.Id);

    /// <summary>Whether an answer of a worker is among those that it has.</summary>
    public bool HasAnswerOf(string worker) => _answers.Exists(answer => answer.Worker.Id == worker);

    /// <summary>A worker answered.</summary>
    public void Add(PoolWorker worker, VoteCounts votes) => _answers.Add((worker, votes));

    /// <summary>Nothing counts that some workers answered: where they did it is open until it is judged anew.</summary>
    /// <returns>Whether they had answered.</returns>
    public bool Discard(IReadOnlySet<string> workers)
    {
        if (_answers.RemoveAll(answer => workers.Contains(answer.Worker.Id)) == 0) return false;
        Votes = null;
        return true;
    }

    /// <summary>Whether a second worker has to give the same votes.</summary>
    public bool IsAudited => _audited;

    /// <summary>A second worker has to give the same votes.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Audit() => !_audited && (_audited = true);

    /// <summary>There is nobody to audit it: the answer that is there is enough.</summary>
    public void GiveUpAudit() => _audited = false;

    /// <summary>Decides what counts, anew after every change.</summary>
    /// <returns>The workers whose answer is wrong; all of them where no two agree and three were asked.</returns>
    public IReadOnlyList<PoolWorker> Judge()
    {
        (PoolWorker Worker, VoteCounts Votes)[][] opinions = OpinionsNow();
        Votes = opinions is [[var only]] && !_audited ? only.Votes : Opinions.Majority(opinions)?[0].Votes;
        if (opinions.Length < 2) return [];
        IEnumerable<(PoolWorker Worker, VoteCounts)> wrong =
            Votes is not null ? opinions.Skip(1).SelectMany(one => one)
            : _answers.Count >= 3 ? _answers : [];
        return [.. wrong.Select(answer => answer.Worker)];
    }

    /// <summary>Those who answered.</summary>
    public IReadOnlyList<PoolWorker> Answered => [.. _answers.Select(answer => answer.Worker)];

    private (PoolWorker Worker, VoteCounts Votes)[][] OpinionsNow() => Opinions.Of(_answers, answer => answer.Votes);
}

/// <summary>A request in ranges. It ends with the votes on all of them, or with none.</summary>
/// <param name="asked">What was asked.</param>
/// <param name="input">What is known of its input.</param>
/// <param name="share">What its party has with workers.</param>
/// <param name="arrival">Its number in the order in which requests came.</param>
/// <param name="arrived">When it came.</param>
/// <param name="trace">The trace that it is part of; default where it is of none.</param>
internal sealed class PendingRequest(
    VoteRequest asked, InputRecord input, Share share, long arrival, TimeSpan arrived, ActivityContext trace)
{
    private int _next;

    /// <summary>The trace that it is part of; default where it is of none.</summary>
    public ActivityContext Trace => trace;

    /// <summary>What was asked.</summary>
    public VoteRequest Asked => asked;

    /// <summary>What is known of its input.</summary>
    public InputRecord Input => input;

    /// <summary>What its party has with workers.</summary>
    public Share Share => share;

    /// <summary>Its number in the order in which requests came.</summary>
    public long Arrival => arrival;

    /// <summary>When it came.</summary>
    public TimeSpan Arrived => arrived;

    /// <summary>Its ranges, in order.</summary>
    public PendingRange[] Ranges { get; set; } = [];

    /// <summary>Whoever asked waits for this.</summary>
    public TaskCompletionSource<VoteCounts> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it has ended, one way or another.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether its votes were given.</summary>
    public bool IsGiven { get; set; }

    /// <summary>Whether every range has votes that count.</summary>
    public bool IsSettled => Array.TrueForAll(Ranges, range => range.Votes is not null);

    /// <summary>Samples that were told to be done.</summary>
    public long Told { get; set; }

    /// <summary>The first range that nobody was asked for; null where there is none.</summary>
    public PendingRange? Fresh => _next < Ranges.Length ? Ranges[_next] : null;

    /// <summary>Ranges that nobody was asked for.</summary>
    public int FreshCount => Ranges.Length - _next;

    /// <summary>Somebody was asked for it.</summary>
    public void TakeFresh() => _next++;

    /// <summary>The votes, once every range is settled.</summary>
    public VoteCounts Votes() => Ranges.Select(range => range.Votes!).Aggregate((before, next) => before.Then(next));
}

/// <summary>What somebody has with workers: a party's requests together, or a caller's parties.</summary>
/// <param name="of">The caller's; null of a caller.</param>
internal sealed class Share(Share? of = null)
{
    /// <summary>The caller's; null of a caller.</summary>
    public Share? Of => of;

    /// <summary>Ranges that are with workers.</summary>
    public int InFlight { get; private set; }

    /// <summary>One went to a worker, or (−1) came back.</summary>
    public void Add(int ranges)
    {
        InFlight += ranges;
        of?.Add(ranges);
    }
}
