using Router.Cluster.Dispatch;

namespace ClusterSimulation.Bench;

/// <summary>A workload, and what befalls the machines.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="VotesPerSecond">Of one GPU.</param>
/// <param name="Batch">Images in a forward pass.</param>
/// <param name="Estimation">n; n0 is 100.</param>
/// <param name="Images">Images in flight at each gateway.</param>
internal sealed record Scenario(string Name, double VotesPerSecond, int Batch, int Estimation, int Images)
{
    public const int Hosts = 125, GpusPerHost = 8, Gateways = 4, Selection = 100;

    /// <summary>Ranges that a worker has room for, as those of the product.</summary>
    public const int QueuedPerGpu = 8;

    public const double OneWaySeconds = .0005, StragglingFactor = 10, WarmUpSeconds = 20;

    /// <summary>So long after a machine died its place is known to be empty.</summary>
    public const double DeathIsKnownAfter = 10;

    /// <summary>So long after that it is back, as another worker.</summary>
    public const double BackAfter = 60;

    /// <summary>How long it is measured.</summary>
    public double Seconds { get; init; } = 120;

    /// <summary>The part of ranges that take ten times as long.</summary>
    public double StragglingPart { get; init; }

    /// <summary>A machine dies every so many seconds; never where it is 0.</summary>
    public double DeathEvery { get; init; }

    /// <summary>A machine freezes for ten seconds, every so many; never where it is 0.</summary>
    public double FreezeEvery { get; init; }

    /// <summary>Whether ranges that are late are asked elsewhere.</summary>
    public bool Hedges { get; init; } = true;

    /// <summary>Ranges that may be with a worker for each of its GPUs, from each gateway.</summary>
    public int RangesPerLane { get; init; } = new DispatchOptions().RangesPerLane;
}
