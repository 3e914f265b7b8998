namespace Tests;

/// <summary>A real server that the members of a cluster meet at, on a port of its own.</summary>
internal interface IMeetingServer : IDisposable
{
    /// <summary>What members are told.</summary>
    string Address { get; }

    /// <summary>Ends it without a word.</summary>
    void Stop();

    /// <summary>It comes back with what it had.</summary>
    void StartAgain();

    /// <summary>It forgets who its members are, and says nothing.</summary>
    void LoseData();
}
