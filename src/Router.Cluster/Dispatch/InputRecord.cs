namespace Router.Cluster.Dispatch;

/// <summary>
/// What a pool knows of an input. One that nobody has voted on yet may be one that kills: it is with one worker at a
/// time, with another one where that is late, and with no third: a death is known long after it. Those that were with
/// two workers when they died are refused. An input that was voted on cleared itself.
/// </summary>
/// <param name="most">So many workers may die of it.</param>
internal sealed class InputRecord(int most)
{
    private readonly HashSet<string> _voted = new(StringComparer.Ordinal), _died = new(StringComparer.Ordinal);

    /// <summary>Open requests for it.</summary>
    public int Requests { get; set; }

    /// <summary>Whether a worker voted on it and lived.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>Attempts under way that are not late.</summary>
    public int Attempts { get; set; }

    /// <summary>Attempts under way, late or not.</summary>
    public int Open { get; set; }

    /// <summary>
    /// Hosts on which workers died with it, before anybody had voted on it: a machine that loses power takes all of its
    /// workers. Where there is one host alone, its workers.
    /// </summary>
    public int Deaths => _died.Count;

    /// <summary>Until when it is refused; null where it is not.</summary>
    public TimeSpan? RefusedUntil { get; private set; }

    /// <summary>Whether a worker may be asked for it now.</summary>
    public bool MayBeAsked => IsAnswered || (Attempts == 0 && Open + Deaths < most);

    /// <summary>Whether it may be what workers died of.</summary>
    public bool IsSuspect => Deaths > 0 && !IsAnswered;

    /// <summary>A worker died with it.</summary>
    /// <param name="with">Its host, or the worker where there is no other host.</param>
    public void Die(string with) => _died.Add(with);

    /// <summary>Whether a worker of a host died with it.</summary>
    public bool HasDiedOn(string host) => _died.Contains(host);

    /// <summary>It is refused for a while, and then nothing is held against it.</summary>
    /// <param name="until">Until when.</param>
    public void Refuse(TimeSpan until)
    {
        RefusedUntil = until;
        _died.Clear();
    }

    /// <summary>Votes were given that one worker alone drew.</summary>
    public void Credit(string worker) => _voted.Add(worker);

    /// <summary>Whether votes were given that a worker alone drew.</summary>
    public bool HasVotesOf(string worker) => _voted.Contains(worker);
}

/// <summary>The records of the inputs that are asked for, and of so many that were.</summary>
/// <param name="remembered">How many.</param>
/// <param name="most">So many workers may die of one.</param>
internal sealed class InputRecords(int remembered, int most)
{
    private readonly Dictionary<string, InputRecord> _records = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];

    /// <summary>The hashes of inputs for which votes were given that a worker alone drew.</summary>
    public IEnumerable<string> VotedOnBy(string worker) =>
        from one in _records
        where one.Value.HasVotesOf(worker)
        select one.Key;

    /// <summary>The record of an input.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="now">The time: one that is refused is not forgotten.</param>
    public InputRecord Of(string hash, TimeSpan now)
    {
        if (_records.TryGetValue(hash, out InputRecord? known)) return known;
        for (int looked = _order.Count; _records.Count >= remembered && looked > 0; looked--)
        {
            string oldest = _order.Dequeue();
            if (_records[oldest] is { Requests: 0 } idle && !(idle.RefusedUntil > now)) _records.Remove(oldest);
            else _order.Enqueue(oldest);
        }
        _order.Enqueue(hash);
        return _records[hash] = new(most);
    }
}
