using System.ComponentModel.DataAnnotations;
using Router.Data;
using Router.Host.Serving.Operations;

namespace DualRS;

/// <summary>
/// What is served, and how much is taken on: the section <c>DualRs</c> of a program's configuration. Every one of them
/// is an option of <c>dualrs serve</c> too, <c>MaxImages</c> as <c>--max-images</c>. Paths that are relative start at
/// the program's content root.
/// </summary>
public class DualRsOptions
{
    private const int MostInFlight = 4096, MostBodyMiB = 1024, MostCacheMiB = 64 * 1024, MostSeconds = 24 * 60 * 60;

    /// <summary>The registry, a YAML file; where it is left out, <c>experts.yaml</c>, else the bundled one.</summary>
    public string? Registry { get; set; }

    /// <summary>
    /// Further folders that the registry's networks may lie in, beside its own and the installation's.
    /// </summary>
    public string[] Models { get; set; } = [];

    /// <summary>Threads of a forward pass on the CPU; one per core where it is left out.</summary>
    [Range(1, int.MaxValue)]
    public int? Threads { get; set; }

    /// <summary>Images per forward pass; the registry's, else chosen, where it is left out.</summary>
    [Range(1, int.MaxValue)]
    public int? Batch { get; set; }

    /// <summary>Whether the model cards' probes are skipped at load.</summary>
    public bool NoProbe { get; set; }

    /// <summary>A private key on P-256 (PEM) that signs records; none where it is left out.</summary>
    public string? Sign { get; set; }

    /// <summary>
    /// The file of the 32 bytes that noise follows from; where there is none, they are drawn and kept there. The same
    /// request gets the same answer from whoever has the same secret. Drawn at each start where it is left out.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>The file of keys that are let in; everybody is where it is left out.</summary>
    public string? Keys { get; set; }

    /// <summary>A document of <c>dualrs tradeoff --json</c>, whose curves the dashboard draws.</summary>
    public string? Tradeoff { get; set; }

    /// <summary>Images of one request.</summary>
    [Range(1, int.MaxValue)]
    public int MaxImages { get; set; } = ServingLimits.DefaultImages;

    /// <summary>The largest n0 and n a request may ask for.</summary>
    [Range(1, int.MaxValue)]
    public int MaxSamples { get; set; } = ServingLimits.DefaultSamples;

    /// <summary>Images that are worked on at once; their samples share forward passes.</summary>
    [Range(1, MostInFlight)]
    public int MaxInFlight { get; set; } = ServingLimits.DefaultInFlight;

    /// <summary>Requests that wait for their turn; the next is answered 429.</summary>
    [Range(0, int.MaxValue)]
    public int MaxWaiting { get; set; } = ServingLimits.DefaultWaiting;

    /// <summary>MiB of a request's body.</summary>
    [Range(1, MostBodyMiB)]
    public int MaxBody { get; set; } = ServingLimits.DefaultBodyMiB;

    /// <summary>Pixels of a picture file; as many as its data set has use for where it is left out.</summary>
    [Range(1, (int)ImageLimits.DefaultMaxPixels)]
    public int? MaxPixels { get; set; }

    /// <summary>MiB of answers that are kept to be given again; 0 for none.</summary>
    [Range(0, MostCacheMiB)]
    public int Cache { get; set; } = ServingLimits.DefaultCacheMiB;

    /// <summary>Seconds that requests in flight may take after the program was told to stop.</summary>
    [Range(0, MostSeconds)]
    public int DrainTime { get; set; } = ServingLimits.DefaultDrainSeconds;

    /// <summary>Seconds that a registry may take to load; then it is a fault, and the one before goes on.</summary>
    [Range(1, MostSeconds)]
    public int LoadTime { get; set; } = ServingLimits.DefaultLoadSeconds;

    /// <summary>The same for whoever holds to it.</summary>
    internal virtual ServingLimits Limits => new()
    {
        Images = MaxImages,
        Samples = MaxSamples,
        InFlight = MaxInFlight,
        Waiting = MaxWaiting,
        BodyBytes = (long)MaxBody << 20,
        PicturePixels = MaxPixels,
        CacheBytes = (long)Cache << 20,
        DrainTime = TimeSpan.FromSeconds(DrainTime),
        LoadTime = TimeSpan.FromSeconds(LoadTime),
    };
}
