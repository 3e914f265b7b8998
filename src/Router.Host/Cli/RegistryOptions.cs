using System.CommandLine;
using Router.Experts.Registry;

namespace Router.Host.Cli;

/// <summary>The options of every command that loads a registry.</summary>
internal sealed class RegistryOptions(Command command)
{
    private readonly Option<string?> _registry = command.Option<string?>(
        "--registry -r", "The registry (default: ./experts.yaml, else the bundled one).",
        leads: PathRule.Read("registry"));
    private readonly Option<int?> _threads = command.Option<int?>(
        "--threads", "Threads of a forward pass on the CPU (default: one per core).", Accepted.AtLeast(1));
    private readonly Option<int?> _batch = command.Option<int?>(
        "--batch", "Images per forward pass (default: the registry's, else chosen).", Accepted.AtLeast(1));
    private readonly Option<bool> _trust = command.Option<bool>("--no-probe", "Skip the model cards' probes at load.");

    /// <summary>Of a command that reads a registry only where another option is given.</summary>
    public RegistryOptions OnlyWith(Option other)
    {
        _registry.OnlyWith(other);
        return this;
    }

    /// <summary>What was asked for.</summary>
    public RegistryRequest Read(ParseResult parsed) =>
        new(
            parsed.GetValue(_registry), parsed.GetValue(_threads), parsed.GetValue(_batch),
            Probe: !parsed.GetValue(_trust));
}

/// <summary>Which registry to load, and how.</summary>
/// <param name="Path">The file as the user wrote it, or null for the default.</param>
/// <param name="Threads">Threads of a forward pass on the CPU, or null for one per core.</param>
/// <param name="Batch">Images per forward pass, or null for the registry's.</param>
/// <param name="Probe">Whether each network is asked what its card says it answers.</param>
internal sealed record RegistryRequest(string? Path, int? Threads, int? Batch, bool Probe)
{
    /// <summary>Where the files may lie that it names; anywhere unless told.</summary>
    public ModelFolders? Folders { get; init; }

    /// <summary>Where checkpoints lie instead of where it names them; nowhere else unless told.</summary>
    public IReadOnlyDictionary<string, string>? Moved { get; init; }

    /// <summary>
    /// The ids of the networks that are loaded here; all unless told. Nothing routes between them then. The files of
    /// others may be missing.
    /// </summary>
    public IReadOnlyCollection<string>? Only { get; init; }

    /// <summary>
    /// The one device that they are on, <c>cpu</c> or <c>cuda:N</c>; those of the registry unless told.
    /// </summary>
    public string? Device { get; init; }

    /// <summary>The most images of a forward pass, whatever else says more; no limit unless told.</summary>
    public int? MostBatch { get; init; }

    /// <summary>Whether versions of experts are loaded too that are not deployed.</summary>
    public bool Versions { get; init; }
}
