namespace Router.Votes;

/// <summary>
/// What a request may claim of a voter that others ask as well. It changes when an answer comes, never which samples it
/// holds nor what they vote.
/// </summary>
public sealed record Claim
{
    /// <summary>No claim: after everyone with a higher priority or a deadline.</summary>
    public static Claim None { get; } = new();

    /// <summary>
    /// Who asks: callers have equal shares, and what is urgent goes before the same caller's other requests alone.
    /// Empty where callers are not told apart.
    /// </summary>
    public string Caller { get; init; } = "";

    /// <summary>Higher goes first; 0 unless told.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// When the answer stops being useful: among equal priorities the nearest goes first, those without one last.
    /// </summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// Whose it is: requests of one party, by reference, have one share between them. Null where the request is a party
    /// of its own.
    /// </summary>
    public object? Party { get; init; }

    /// <summary>
    /// Hears who gave the votes of an answer, where somebody may find out later that they were wrong; null where nobody
    /// asks.
    /// </summary>
    public AnswerSources? Sources { get; init; }

    /// <summary>Compares urgency: negative where <paramref name="one"/> goes first, 0 where neither does.</summary>
    public static int CompareUrgency(Claim one, Claim other)
    {
        int priority = other.Priority.CompareTo(one.Priority);
        return priority != 0 ? priority : (one.Deadline ?? DateTimeOffset.MaxValue)
            .CompareTo(other.Deadline ?? DateTimeOffset.MaxValue);
    }
}
