using System.CommandLine;
using Router.Experts.Registry;

namespace Router.Host.Cli;

/// <summary>The options of every command that loads a registry.</summary>
internal sealed class RegistryOptions
{
    private readonly Option<string?> _registry = new("--registry", "-r") { Description = "The registry (default: ./experts.yaml, else the bundled one)." };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads of a forward pass on the CPU (default: one per core)." };
    private readonly Option<int?> _batch = new("--batch") { Description = "Images per forward pass (default: the registry's, else chosen)." };
    private readonly Option<bool> _trust = new("--no-probe") { Description = "Skip the model cards' probes at load." };

    public RegistryOptions(Command command)
    {
        command.Options.Add(_registry);
        command.Options.Add(_threads);
        command.Options.Add(_batch);
        command.Options.Add(_trust);
        _threads.Validators.Add(Range.AtLeast<int?>(1));
        _batch.Validators.Add(Range.AtLeast<int?>(1));
    }

    /// <summary>What was asked for.</summary>
    public RegistryRequest Read(ParseResult parsed) =>
        new(parsed.GetValue(_registry), parsed.GetValue(_threads), parsed.GetValue(_batch), Probe: !parsed.GetValue(_trust));
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
}
