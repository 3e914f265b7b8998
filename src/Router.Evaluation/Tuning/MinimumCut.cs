namespace Router.Evaluation.Tuning;

/// <summary>
/// The minimum cut of a network by Dinic's algorithm (1970): shortest augmenting paths, level by level, each edge left
/// behind once. Capacities are whole numbers, so that what it finds is exact.
/// </summary>
internal sealed class MinimumCut
{
    /// <summary>The capacity of an edge that no cut may take.</summary>
    public const long Unlimited = long.MaxValue / 4;

    private readonly int _nodes;
    private readonly int[] _from, _to, _first, _order;
    private readonly long[] _left;
    private readonly int[] _level, _next, _queue;

    /// <summary>A network; node 0 is the source, node 1 the sink.</summary>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="edges">From where to where; their order is that of the capacities.</param>
    public MinimumCut(int nodes, IReadOnlyList<(int From, int To)> edges)
    {
        _nodes = nodes;
        // Edge 2e is as given, edge 2e + 1 its way back.
        (_from, _to) = (new int[2 * edges.Count], new int[2 * edges.Count]);
        (_left, _order) = (new long[_to.Length], new int[_to.Length]);
        _first = new int[nodes + 1];
        for (int e = 0; e < edges.Count; e++)
        {
            (_from[2 * e], _to[2 * e]) = edges[e];
            (_to[2 * e + 1], _from[2 * e + 1]) = edges[e];
        }
        foreach (int node in _from) _first[node + 1]++;
        for (int node = 0; node < nodes; node++) _first[node + 1] += _first[node];
        int[] filled = _first[..nodes];
        for (int e = 0; e < _from.Length; e++) _order[filled[_from[e]]++] = e;
        (_level, _next, _queue) = (new int[nodes], new int[nodes], new int[nodes]);
    }

    /// <summary>The capacity of the cheapest cut.</summary>
    /// <param name="capacities">Of each edge, ≥ 0.</param>
    /// <returns>
    /// Its capacity, and the nodes on the source's side; of several cheapest cuts the one nearest to the source.
    /// </returns>
    public (long Capacity, bool[] SourceSide) Of(ReadOnlySpan<long> capacities)
    {
        for (int e = 0; e < capacities.Length; e++)
            (_left[2 * e], _left[2 * e + 1]) = (capacities[e], 0);
        long flow = 0;
        List<int> path = [];
        while (Level())
        {
            _first.AsSpan(0, _nodes).CopyTo(_next);
            while (Augment(path) is > 0 and long more) flow += more;
        }
        return (flow, [.. _level.Select(level => level >= 0)]);
    }

    private bool Level()
    {
        Array.Fill(_level, -1);
        (int read, int written) = (0, 1);
        (_queue[0], _level[0]) = (0, 0);
        while (read < written)
        {
            int node = _queue[read++];
            for (int i = _first[node]; i < _first[node + 1]; i++)
            {
                int e = _order[i], to = _to[e];
                if (_left[e] == 0 || _level[to] >= 0) continue;
                _level[to] = _level[node] + 1;
                _queue[written++] = to;
            }
        }
        return _level[1] >= 0;
    }

    // One path to the sink by rising levels; 0 where there is none any more.
    private long Augment(List<int> path)
    {
        path.Clear();
        for (int node = 0; node != 1;)
        {
            int edge = -1;
            for (; _next[node] < _first[node + 1]; _next[node]++)
            {
                int e = _order[_next[node]];
                if (_left[e] == 0 || _level[_to[e]] != _level[node] + 1) continue;
                edge = e;
                break;
            }
            if (edge >= 0)
            {
                path.Add(edge);
                node = _to[edge];
            }
            else if (path.Count == 0) return 0;
            else
            {
                node = _from[path[^1]];
                path.RemoveAt(path.Count - 1);
                _next[node]++;
            }
        }
        long flow = path.Min(e => _left[e]);
        foreach (int e in path)
        {
            _left[e] -= flow;
            _left[e ^ 1] += flow;
        }
        return flow;
    }
}
