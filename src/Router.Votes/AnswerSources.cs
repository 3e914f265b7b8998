namespace Router.Votes;

/// <summary>
/// Who alone gave the votes that an answer rests on. One that rests on wrong votes must not be given: whoever holds an
/// answer back for a while, until others are done, looks again before it is.
/// </summary>
public sealed class AnswerSources
{
    private readonly Lock _gate = new();
    private readonly HashSet<VoteSource> _sources = [];
    private readonly HashSet<AnswerSources> _parts = [];

    /// <summary>Whether votes that it rests on were wrong, or may have been.</summary>
    public bool AreWrong
    {
        get
        {
            lock (_gate) return _sources.Any(source => source.IsWrong) || _parts.Any(part => part.AreWrong);
        }
    }

    /// <summary>
    /// Makes an answer of votes that were not found wrong. Where they are while it is made, it is made anew on the same
    /// samples: votes on them are what they are, so the answer is the one that it would have been.
    /// </summary>
    /// <param name="make">Makes it; told where to say whose votes it rests on.</param>
    /// <param name="told">
    /// Told whose votes the answer rests on that is given in the end; null where it is given at once.
    /// </param>
    /// <exception cref="VoterUnavailableException">Somebody cannot vote.</exception>
    public static async Task<T> OfRightVotesAsync<T>(
        Func<AnswerSources, Task<T>> make, AnswerSources? told = null)
    {
        while (true)
        {
            AnswerSources sources = new();
            try
            {
                T answer = await make(sources);
                if (sources.AreWrong) continue;
                told?.Add(sources);
                return answer;
            }
            catch (VoterUnavailableException) when (sources.AreWrong)
            {
                // Who gave them is asked no more.
            }
        }
    }

    /// <summary>The answer rests on votes of one source that nobody else gave.</summary>
    public void Add(VoteSource source)
    {
        lock (_gate) _sources.Add(source);
    }

    /// <summary>The answer rests on all that another one rests on, now and later.</summary>
    public void Add(AnswerSources part)
    {
        lock (_gate) _parts.Add(part);
    }
}

/// <summary>Somebody who gave votes, and may be found to have given wrong ones later.</summary>
public sealed class VoteSource
{
    private volatile bool _isWrong;

    /// <summary>Whether its votes are not believed any more.</summary>
    public bool IsWrong => _isWrong;

    /// <summary>Its votes are not believed any more.</summary>
    public void Disown() => _isWrong = true;
}

/// <summary>
/// Why an answer does not go on: earlier votes for it were wrong. The cause of a
/// <see cref="VoterUnavailableException"/> of one answer alone, which can be made anew.
/// </summary>
public sealed class WithdrawnVotesException() : Exception("earlier votes for it were wrong: ask anew");
