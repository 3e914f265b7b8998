using System.Text.RegularExpressions;
using Router.Engine;
using Router.Experts.Registry.Yaml;
using Router.Votes.Noise;

namespace Router.Experts.Registry.Binding;

/// <summary>The keys that experts and routers share.</summary>
internal static partial class NetworkBinder
{
    public const string IdAccepted = NetworkId.Accepted;
    public const string SigmaAccepted = "a decimal above 0, at most 3.5, such as 0.25";
    public const string Sha256Accepted = "64 hexadecimal digits";
    private static readonly string[] LoadPolicies = ["start", "lazy", "pinned"];

    public static string? Id(Field? field)
    {
        if (field?.Text() is not { } id)
            return null;
        if (NetworkId.Objection(id) is not { } objection)
            return id;
        bool isTaken = id.Equals(RegistryConfig.RoutedModel, StringComparison.OrdinalIgnoreCase);
        (isTaken ? field with { Accepted = "another id" } : field).Refuse(objection);
        return null;
    }

    public static decimal Sigma(YamlMap map) =>
        map.Required("sigma", SigmaAccepted)?.Decimal(sigma => sigma is > 0 and <= GridThresholds.MaxSigma) ?? 0;

    public static InputLayer Input(YamlMap map, BindingContext context) =>
        InputLayerBinder.Bind(map.Required("input", InputLayerBinder.Accepted), context.Dataset)
            ?? new InputLayer.None();

    public static string? Sha256(YamlMap map) =>
        map.Optional("sha256", Sha256Accepted) is { } field ? Sha256(field) : null;

    /// <summary>Whether it is asked about the mirror image too.</summary>
    public static bool Mirror(YamlMap map) => map.Optional("mirror", "true or false")?.Flag() ?? false;

    /// <summary>When it comes into memory.</summary>
    public static LoadPolicy Load(YamlMap map) => map.Optional("load", "when it is loaded")?.Choice(LoadPolicies) switch
    {
        "lazy" => LoadPolicy.Lazy,
        "pinned" => LoadPolicy.Pinned,
        _ => LoadPolicy.Start,
    };

    /// <summary>
    /// The networks of an entry: one, or the members of an ensemble, whose checkpoints are a list. Never empty: what is
    /// not there is a fault.
    /// </summary>
    /// <param name="map">The entry.</param>
    /// <param name="context">Receives the files that are named.</param>
    /// <param name="trust">Whether a TorchScript archive is welcome; one that needs it and lacks it is a fault.</param>
    public static ValueArray<EnsembleMember> Members(YamlMap map, BindingContext context, out bool trust)
    {
        Field? names = map.Required("architecture", Engine.Architectures.Architecture.Accepted);
        Field? stated = map.Optional("sha256", Sha256Accepted);
        string[] architectures = [.. Each(names).Select(Architecture)];
        IReadOnlyList<Field> hashes = Each(stated);
        trust = Trust(map, architectures);
        IReadOnlyList<Field> files = Each(
            map.Required("checkpoint", "the path of a checkpoint file, or a list of them"));
        if (files.Count > 0 && names is not null && IsList(names))
            RefuseOtherNumber(names, architectures.Length, files.Count, "one name for all, or one for each checkpoint");
        if (files.Count > 0 && stated is not null)
            RefuseOtherNumber(stated, hashes.Count, files.Count, "a hash for each checkpoint, in their order");
        if (files.Count > 1 && map.Optional("card", "no card here: each checkpoint has its own beside it") is { } card)
            card.Refuse($"is one for {files.Count} checkpoints");
        List<EnsembleMember> members = [];
        foreach ((int i, Field file) in files.Index())
        {
            string? hash = i < hashes.Count ? Sha256(hashes[i]) : null;
            if (Resolve(file, context) is not { } named) continue;
            string path = context.Moved.GetValueOrDefault(named, named);
            if (members.Exists(member => member.CheckpointPath == path))
                (file with { Accepted = "each checkpoint once" }).Refuse($"repeats {path}");
            context.Claims.Add(new(file.Location, map.Owner, file.Key, path, hash,
                i < hashes.Count ? hashes[i].Location : file.Location, trust));
            members.Add(new(
                architectures.ElementAtOrDefault(architectures.Length == 1 ? 0 : i) ?? "", path, hash));
        }
        return members.Count > 0 ? members.ToValueArray() : [new("", "", Sha256: null)];
    }

    public static string? Card(YamlMap map, BindingContext context)
    {
        if (map.Optional("card", "the path of a model card") is not { } field
            || Resolve(field, context) is not { } path)
            return null;
        context.Claims.Add(
            new(field.Location, map.Owner, field.Key, path, Sha256: null, field.Location, Trusted: true));
        return path;
    }

    // What a key holds: one value, or one for each member of an ensemble.
    private static IReadOnlyList<Field> Each(Field? field)
    {
        if (field is null) return [];
        if (!IsList(field)) return [field];
        IReadOnlyList<Field> items = field.Items(field.Accepted)!;
        if (items.Count == 0) field.Refuse("is an empty list");
        return items;
    }

    private static bool IsList(Field field) => field.Node is YamlDotNet.RepresentationModel.YamlSequenceNode;

    private static void RefuseOtherNumber(Field field, int count, int checkpoints, string accepted)
    {
        if (count != checkpoints && count > 0)
            (field with { Accepted = accepted })
                .Refuse($"has {count} for {checkpoints} checkpoint{(checkpoints == 1 ? "" : "s")}");
    }

    private static string Architecture(Field field)
    {
        if (field.Text() is not { } name) return "";
        if (Engine.Architectures.Architecture.IsKnown(name)) return name;
        field.Refuse($"is '{name}', which is not known");
        return "";
    }

    private static bool Trust(YamlMap map, string[] architectures)
    {
        Field? field = map.Optional("trust", "true or false");
        bool trust = field?.Flag() ?? false;
        if (architectures.Contains(Engine.Architectures.Architecture.TorchScript) && !trust)
            map.Optional("architecture",
                "trust: true beside it, if you trust its author; or a checkpoint of weights alone")!
                .Refuse("is torchscript, whose files libtorch parses natively");
        return trust;
    }

    private static string? Sha256(Field field)
    {
        if (field.Text() is not { } text) return null;
        if (Sha256Form().IsMatch(text)) return text.ToLowerInvariant();
        field.Refuse($"is '{text}'");
        return null;
    }

    private static string? Resolve(Field field, BindingContext context) =>
        field.Text() is { } written ? Path.GetFullPath(Path.Combine(context.Folder, written)) : null;

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sha256Form();
}
