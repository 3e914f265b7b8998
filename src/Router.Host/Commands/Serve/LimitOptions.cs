using System.CommandLine;
using Router.Data;
using Router.Host.Serving;
using Router.Host.Serving.Requests;

namespace Router.Host.Commands.Serve;

/// <summary>What the daemon takes on.</summary>
internal sealed class LimitOptions
{
    private const int MostInFlight = 4096;
    private const int MostBodyMiB = 1024;
    private const int MostCacheMiB = 64 * 1024;
    private const int MostPixels = (int)ImageLimits.DefaultMaxPixels;
    private const int MostSeconds = 24 * 60 * 60;

    private readonly Option<int> _images = Of("--max-images", "Images of one request.", ServingLimits.DefaultImages, lowest: 1);
    private readonly Option<int> _samples = Of("--max-samples", "The largest n0 and n a request may ask for.", ServingLimits.DefaultSamples, lowest: 1);
    private readonly Option<int> _inFlight = Of(
        "--max-in-flight", "Images that are worked on at once; their samples share forward passes.", ServingLimits.DefaultInFlight, lowest: 1, MostInFlight);
    private readonly Option<int> _waiting = Of(
        "--max-waiting", "Requests that wait for their turn; the next is answered 429.", ServingLimits.DefaultWaiting, lowest: 0);
    private readonly Option<int> _body = Of("--max-body", "MiB of a request's body.", ServingLimits.DefaultBodyMiB, lowest: 1, MostBodyMiB);
    private readonly Option<int?> _pixels = new("--max-pixels")
    {
        Description = $"Pixels of a picture file (default: {PictureReader.PixelsForEach} for each pixel "
            + $"it is scaled to, at most {PictureReader.MostPixels}).",
    };

    private readonly Option<int> _connections = Of("--max-connections", "Connections that are open at once.", ServingLimits.DefaultConnections, lowest: 1);
    private readonly Option<int?> _ofOne = new("--max-connections-per-address")
    {
        Description = "Of them, those of one address, which for callers behind a proxy is the proxy's "
            + "(default: a quarter of --max-connections).",
    };

    private readonly Option<int> _cache = Of("--cache", "MiB of answers that are kept to be given again; 0 for none.", ServingLimits.DefaultCacheMiB, lowest: 0, MostCacheMiB);
    private readonly Option<int> _drain = Of(
        "--drain-time", "Seconds that requests in flight may take after a signal to stop.",
        ServingLimits.DefaultDrainSeconds, lowest: 0, MostSeconds);
    private readonly Option<int> _load = Of(
        "--load-time", "Seconds that a registry may take to load; then it is a fault, and the one before goes on.",
        ServingLimits.DefaultLoadSeconds, lowest: 1, MostSeconds);

    public LimitOptions(Command command)
    {
        _pixels.Validators.Add(Cli.Range.Between(1, MostPixels));
        _ofOne.Validators.Add(Cli.Range.Between(1, int.MaxValue));
        Option[] all =
            [_images, _samples, _inFlight, _waiting, _body, _pixels, _cache, _connections, _ofOne, _drain, _load];
        foreach (Option option in all)
            command.Options.Add(option);
    }

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

    private static Option<int> Of(string name, string description, int otherwise, int lowest, int highest = int.MaxValue)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => otherwise };
        option.Validators.Add(Cli.Range.Between(lowest, highest));
        return option;
    }
}
