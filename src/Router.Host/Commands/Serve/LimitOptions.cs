using System.CommandLine;
using Router.Data;
using Router.Host.Cli;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Commands.Serve;

/// <summary>What the daemon takes on.</summary>
internal sealed class LimitOptions(Command command)
{
    private const int MostInFlight = 4096;
    private const int MostBodyMiB = 1024;
    private const int MostCacheMiB = 64 * 1024;
    private const int MostPixels = (int)ImageLimits.DefaultMaxPixels;
    private const int MostSeconds = 24 * 60 * 60;

    private readonly Option<int> _images = command.Option(
        "--max-images", "Images of one request.", ServingLimits.DefaultImages, From(1));
    private readonly Option<int> _samples = command.Option(
        "--max-samples", "The largest n0 and n a request may ask for.", ServingLimits.DefaultSamples, From(1));
    private readonly Option<int> _inFlight = command.Option(
        "--max-in-flight", "Images that are worked on at once; their samples share forward passes.",
        ServingLimits.DefaultInFlight, Accepted.Between(1, MostInFlight));
    private readonly Option<int> _waiting = command.Option(
        "--max-waiting", "Requests that wait for their turn; the next is answered 429.",
        ServingLimits.DefaultWaiting, From(0));
    private readonly Option<int> _body = command.Option(
        "--max-body", "MiB of a request's body.", ServingLimits.DefaultBodyMiB, Accepted.Between(1, MostBodyMiB));
    private readonly Option<int?> _pixels = command.Option<int?>(
        "--max-pixels",
        $"Pixels of a picture file (default: {PictureReader.PixelsForEach} for each pixel "
        + $"it is scaled to, at most {PictureReader.MostPixels}).", Accepted.Between(1, MostPixels));
    private readonly Option<int> _cache = command.Option(
        "--cache", "MiB of answers that are kept to be given again; 0 for none.",
        ServingLimits.DefaultCacheMiB, Accepted.Between(0, MostCacheMiB));
    private readonly Option<int> _connections = command.Option(
        "--max-connections", "Connections that are open at once.", ServingLimits.DefaultConnections, From(1));
    private readonly Option<int?> _ofOne = command.Option<int?>(
        "--max-connections-per-address",
        "Of them, those of one address, which for callers behind a proxy is the proxy's "
        + "(default: a quarter of --max-connections).", From(1));
    private readonly Option<int> _drain = command.Option(
        "--drain-time", "Seconds that requests in flight may take after a signal to stop.",
        ServingLimits.DefaultDrainSeconds, Accepted.Between(0, MostSeconds));
    private readonly Option<int> _load = command.Option(
        "--load-time", "Seconds that a registry may take to load; then it is a fault, and the one before goes on.",
        ServingLimits.DefaultLoadSeconds, Accepted.Between(1, MostSeconds));

    public ServingLimits Read(ParseResult parsed) => new()
    {
        Images = parsed.GetValue(_images),
        Samples = parsed.GetValue(_samples),
        InFlight = parsed.GetValue(_inFlight),
        Waiting = parsed.GetValue(_waiting),
        BodyBytes = (long)parsed.GetValue(_body) << 20,
        PicturePixels = parsed.GetValue(_pixels),
        Connections = parsed.GetValue(_connections),
        ConnectionsOfAddress = parsed.GetValue(_ofOne),
        CacheBytes = (long)parsed.GetValue(_cache) << 20,
        DrainTime = TimeSpan.FromSeconds(parsed.GetValue(_drain)),
        LoadTime = TimeSpan.FromSeconds(parsed.GetValue(_load)),
    };

    private static Accepted From(int lowest) => Accepted.Between(lowest, int.MaxValue);
}
