using System.Security.Cryptography;
using DualRS;
using Router.Evaluation;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Serving.Model;

namespace Router.Host.Serving.Operations;

/// <summary>The registry that a daemon serves: where it lies, when it changes, and how it is loaded.</summary>
internal sealed class RegistrySource : IDisposable
{
    // How soon a changed registry is seen: two looks.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly RegistryRequest _request;
    private readonly ServingLimits _limits;
    private readonly Func<RegistryConfig, CancellationToken, Task<Deployment>>? _elsewhere;
    private readonly Surroundings _surroundings;
    private readonly ILogger _log;
    private readonly ECDsa? _key;
    private readonly BatchCap _batch;

    // One for all epochs: the same request to the same functions gets the same answer after a reload too.
    private readonly byte[] _secret;

    /// <summary>Looks at the file from now on; nothing is loaded yet.</summary>
    /// <param name="options">Which registry, and how it is loaded.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="log">The daemon's log, which also gets what loading says to people.</param>
    /// <param name="elsewhere">Finds who votes for it; its networks are loaded here unless told.</param>
    /// <exception cref="BadInputException">The secret, or the key that signs records, cannot be used.</exception>
    public RegistrySource(
        DualRsOptions options, Surroundings surroundings, ILogger log,
        Func<RegistryConfig, CancellationToken, Task<Deployment>>? elsewhere = null)
    {
        string path = Deployment.RegistryPath(options.Registry, surroundings);
        (_limits, _log, _elsewhere) = (options.Limits, log, elsewhere);
        _surroundings = surroundings with { Error = LoggedConsole.Of(log) };
        // A registry that is read while the daemon runs may be written by somebody who has no say in the rest of the
        // machine.
        _request = new(options.Registry, options.Threads, options.Batch, Probe: !options.NoProbe)
        {
            Folders = new(
            [
                Path.GetDirectoryName(path)!,
                .. surroundings.InstallationFolder is { } home ? [home] : Array.Empty<string>(),
                .. options.Models.Select(surroundings.Resolve),
            ]),
            Only = elsewhere is null ? null : [],
        };
        _batch = new(options.Batch);
        _secret = options.Secret is null ? surroundings.FreshSecret()
            : KeptSecret.In(surroundings.Resolve(options.Secret), surroundings).Bytes;
        _key = PemKeys.Private(options.Sign, surroundings);
        Changes = new(path, surroundings.Clock, LookEvery);
    }

    /// <summary>When it is to be loaded again.</summary>
    public RegistryChanges Changes { get; }

    /// <summary>Reads and checks it, without its networks.</summary>
    /// <exception cref="BadInputException">It has faults: all of them.</exception>
    public RegistryConfig Read() => Deployment.ReadRegistry(_request, _surroundings);

    /// <summary>Loads and probes it.</summary>
    /// <param name="epoch">Its number among those that are served.</param>
    /// <param name="stopping">Stops between networks.</param>
    /// <exception cref="BadInputException">It has faults, or a network does not answer as its card says.</exception>
    public async Task<ServedModel> OpenAsync(int epoch, CancellationToken stopping)
    {
        Deployment deployed = _elsewhere is not null ? await _elsewhere(Read(), stopping)
            : await Deployment.OpenAsync(
                _request with { MostBatch = _batch.Images, Versions = true }, expert: null, _surroundings, stopping);
        return ServedModel.Of(
            deployed, _limits, _key, _surroundings, _secret, epoch,
            new(new() { LongestLoad = _limits.LoadTime }, _surroundings.Clock, _log, Changes.Ask, _batch));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Changes.Dispose();
        _key?.Dispose();
    }
}
