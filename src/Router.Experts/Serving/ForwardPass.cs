using Router.Engine;
using Router.Votes;

namespace Router.Experts.Serving;

/// <summary>One forward pass of one network, with samples of as many requests as find room.</summary>
internal sealed class ForwardPass
{
    private readonly BatchedNetwork _network;
    private readonly List<Sample> _samples = [];
    private readonly List<PendingVotes> _owners = [];
    private VotesInProgress? _votes;
    private Exception? _fault;

    private ForwardPass(BatchedNetwork network) => _network = network;

    /// <summary>Whose it is.</summary>
    public BatchedNetwork Network => _network;

    /// <summary>The samples in it, in the order of their places.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>When it began, by the lane's clock.</summary>
    public long Began { get; set; }

    /// <summary>
    /// Fills the next pass of a lane: the network of whoever ranks first has its turn, and its requests are served
    /// sample by sample in the order of their ranks. A pass costs the same however full it is, so those in it share the
    /// cost of its empty places.
    /// </summary>
    /// <param name="pending">
    /// All that wait in the lane, of any network; none of them <see cref="PendingVotes.AsksNoMore"/>, at least one.
    /// </param>
    public static ForwardPass Next(IReadOnlyCollection<PendingVotes> pending) => Next(pending, full: false)!;

    /// <summary>
    /// The same, unless the pass would have empty places or its network shares none: then none, and nothing has
    /// changed. What a foreign program does with two passes at once nobody knows either.
    /// </summary>
    /// <param name="pending">As above.</param>
    public static ForwardPass? NextFull(IReadOnlyCollection<PendingVotes> pending) => Next(pending, full: true);

    /// <summary>Begins it.</summary>
    public void Start()
    {
        try
        {
            _votes = _network.Samples.Start(_samples);
        }
        catch (Exception fault)
        {
            _fault = fault;
        }
    }

    /// <summary>
    /// Waits until a thread has nothing to do in it any more, where several make it; the next pass may begin then.
    /// </summary>
    /// <returns>Whether several make it.</returns>
    public bool LeavesThreadIdle()
    {
        if (_votes is not { Pass.HasThreads: true }) return false;
        _votes.Pass.WaitForThread();
        return true;
    }

    /// <summary>
    /// Waits for its end and hands out the votes. A fault ends the requests that have samples in it, and no others.
    /// </summary>
    /// <returns>Whether they voted.</returns>
    public bool End()
    {
        SampleVote[] votes = new SampleVote[_samples.Count];
        PendingVotes[] owners = [.. _owners.Distinct()];
        try
        {
            _votes?.End(votes);
        }
        catch (Exception fault)
        {
            _fault = fault;
        }
        if (_fault is not null)
        {
            foreach (PendingVotes owner in owners) owner.Fail(_fault);
            return false;
        }
        for (int i = 0; i < votes.Length; i++)
            _owners[i].Count(_samples[i].Index, votes[i]);
        foreach (PendingVotes owner in owners) owner.Settle();
        return true;
    }

    private static ForwardPass? Next(IReadOnlyCollection<PendingVotes> pending, bool full)
    {
        foreach (PendingVotes one in pending) one.Account.Start();
        PendingVotes first = pending.MinBy(one => one.Turn)!;
        BatchedNetwork network = first.Network;
        PendingVotes[] those = network.SharesPasses ? [.. pending.Where(one => one.Network == network)] : [first];
        if (full && !(network.SharesPasses && those.Sum(one => one.Waiting) >= network.Samples.BatchSize)) return null;
        first.Account.TakeTurn();
        ForwardPass pass = new(network);
        pass.Fill(those);
        return pass;
    }

    private void Fill(IEnumerable<PendingVotes> pending)
    {
        int places = _network.Samples.BatchSize;
        // Of one party stand behind one another: what one of them gets counts for all, and for all of its caller's.
        PriorityQueue<PriorityQueue<Queue<PendingVotes>, Rank>, (double, Rank)> callers = new();
        foreach (IGrouping<ServiceAccount, PendingVotes> caller in pending.GroupBy(one => one.Account.Of!))
        {
            PriorityQueue<Queue<PendingVotes>, Rank> parties = new(caller.GroupBy(one => one.Account)
                .Select(ofOne => new Queue<PendingVotes>(ofOne.OrderBy(one => one.Rank)))
                .Select(party => (party, party.Peek().Rank)));
            callers.Enqueue(parties, parties.Peek().Peek().Turn);
        }
        while (_samples.Count < places
            && callers.TryDequeue(out PriorityQueue<Queue<PendingVotes>, Rank>? parties, out _))
        {
            Queue<PendingVotes> party = parties.Dequeue();
            PendingVotes next = party.Peek();
            _samples.Add(next.Take());
            _owners.Add(next);
            next.Account.Charge(1);
            if (next.AsksNoMore) party.Dequeue();
            if (party.Count > 0) parties.Enqueue(party, party.Peek().Rank);
            if (parties.Count > 0) callers.Enqueue(parties, parties.Peek().Peek().Turn);
        }
        double empty = (double)(places - _samples.Count) / _samples.Count;
        foreach (PendingVotes owner in _owners) owner.Account.Charge(empty);
    }
}
