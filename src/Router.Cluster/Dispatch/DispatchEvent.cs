using System.Collections.Immutable;
using Router.Votes;

namespace Router.Cluster.Dispatch;

/// <summary>What somebody should hear of. Closed: the events are the nested records.</summary>
public abstract record DispatchEvent
{
    private DispatchEvent() { }

    /// <summary>A worker is asked no more: its votes were wrong, or nobody can say that they were right.</summary>
    /// <param name="Worker">Its id.</param>
    /// <param name="Reason">What was wrong.</param>
    /// <param name="Inputs">
    /// The hashes of inputs, of those that are remembered, on which it alone drew samples whose votes were given.
    /// </param>
    public sealed record WorkerQuarantined(string Worker, string Reason, ImmutableArray<string> Inputs)
        : DispatchEvent
    {
        /// <summary>
        /// Whether it was outvoted, or answered what was not asked, in this pool: who did so is believed in none.
        /// </summary>
        public bool IsWrong { get; init; }
    }

    /// <summary>An input is refused: workers died with it.</summary>
    /// <param name="Hash">Its hash.</param>
    /// <param name="Deaths">How many; those of one host are one, where there are others.</param>
    public sealed record InputQuarantined(string Hash, int Deaths) : DispatchEvent;

    /// <summary>A worker is gone.</summary>
    /// <param name="Worker">Its id.</param>
    /// <param name="InFlight">Ranges that were with it, and are asked elsewhere.</param>
    public sealed record WorkerLost(string Worker, int InFlight) : DispatchEvent;

    /// <summary>
    /// A worker does not answer what others have answered, and there is nobody else to compare with: their votes are
    /// taken as they are until it answers.
    /// </summary>
    /// <param name="Worker">Its id.</param>
    /// <param name="Patience">How long it was waited for.</param>
    public sealed record WorkerSilent(string Worker, TimeSpan Patience) : DispatchEvent;

    /// <summary>
    /// Two workers voted otherwise on samples whose votes had been given: what was certified with them is to be
    /// replayed.
    /// </summary>
    /// <param name="Hash">The input.</param>
    /// <param name="Samples">The samples.</param>
    public sealed record DisputedLate(string Hash, SampleRange Samples) : DispatchEvent;
}
