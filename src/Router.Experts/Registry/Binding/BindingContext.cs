using System.Collections.Immutable;
using Router.Experts.Loading;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Registry.Binding;

/// <summary>
/// What every section's binder needs to know. Binders return something even for a faulty section, so that later
/// sections can be compared with it; the reader drops it all where there is any fault.
/// </summary>
internal sealed record BindingContext(string Folder, FaultList Faults)
{
    /// <summary>Null where the registry names none that is known.</summary>
    public DatasetFacts? Dataset { get; set; }

    /// <summary>Where checkpoints lie instead of where they are named, by absolute path.</summary>
    public IReadOnlyDictionary<string, string> Moved { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Files that were named, for <see cref="RegistryChecks"/>.</summary>
    public List<FileClaim> Claims { get; } = [];
}

/// <summary>A file that the registry names, and what it says of it.</summary>
/// <param name="At">Where it is named.</param>
/// <param name="Owner">Which expert or router names it.</param>
/// <param name="Key">Under which key.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Sha256">Lower-case hex, null where not stated.</param>
/// <param name="ShaAt">Where the hash is stated.</param>
/// <param name="Trusted">Whether a TorchScript archive is welcome.</param>
internal sealed record FileClaim(
    SourceLocation At, string Owner, string Key, string Path, string? Sha256, SourceLocation ShaAt, bool Trusted);
