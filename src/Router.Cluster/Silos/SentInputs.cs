namespace Router.Cluster.Silos;

/// <summary>The inputs that a worker has voted on, as far as its gateway remembers: it was sent them.</summary>
/// <param name="remembered">So many, ≥ 1; the oldest is forgotten first, and sent again.</param>
internal sealed class SentInputs(int remembered = 256)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = [];

    /// <summary>Whether a worker was sent it.</summary>
    public bool Has(string hash)
    {
        lock (_gate) return _sent.Contains(hash);
    }

    /// <summary>A worker has it.</summary>
    public void Add(string hash)
    {
        lock (_gate)
        {
            if (!_sent.Add(hash)) return;
            _order.Enqueue(hash);
            if (_order.Count > remembered) _sent.Remove(_order.Dequeue());
        }
    }
}
