namespace Router.Votes;

/// <summary>
/// Who alone gave the votes that an answer in the making rests on. One that rests on wrong votes must not be given.
/// </summary>
public sealed class AnswerSources
{
    private readonly Lock _gate = new();
    private readonly HashSet<VoteSource> _sources = [];

    /// <summary>Whether votes that it rests on were wrong, or may have been.</summary>
    public bool AreWrong
    {
        get
        {
            lock (_gate) return _sources.Any(source => source.IsWrong);
        }
    }

    /// <summary>
    /// Makes an answer of votes that were not found wrong. Where they are while it is made, it is made anew on the same
    /// samples: votes on them are what they are, so the answer is the one that it would have been.
    /// </summary>
    /// <param name="make">Makes it; told where to say whose votes it rests on.</param>
    /// <exception cref="VoterUnavailableException">Somebody cannot vote.</exception>
    public static async Task<T> OfRightVotesAsync<T>(Func<AnswerSources, Task<T>> make)
    {
        while (true)
        {
            AnswerSources sources = new();
            try
            {
                T answer = await make(sources);
                if (!sources.AreWrong) return answer;
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
