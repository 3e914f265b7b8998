using System.Text.RegularExpressions;
using Router.Engine;
using Router.Experts.Registry.Yaml;
using Router.Votes.Noise;

namespace Router.Experts.Registry.Binding;

/// <summary>The keys that experts and routers share.</summary>
internal static partial class NetworkBinder
{
    public const string IdAccepted = "letters, digits and . _ - (at most 64, the first a letter or digit)";
    public const string SigmaAccepted = "a decimal above 0, at most 3.5, such as 0.25";
    public const string Sha256Accepted = "64 hexadecimal digits";
    private static readonly string[] LoadPolicies = ["start", "lazy", "pinned"];

    public static string? Id(Field? field)
    {
        if (field?.Text() is not { } id)
            return null;
        if (!IdForm().IsMatch(id))
        {
            field.Refuse($"is '{id}'");
            return null;
        }
        if (!string.Equals(id, RegistryConfig.RoutedModel, StringComparison.OrdinalIgnoreCase))
            return id;
        (field with { Accepted = "another id" }).Refuse($"is '{id}', the name of the routed model");
        return null;
    }

    public static decimal Sigma(YamlMap map) =>
        map.Required("sigma", SigmaAccepted)?.Decimal(sigma => sigma is > 0 and <= GridThresholds.MaxSigma) ?? 0;

    public static string Architecture(YamlMap map)
    {
        Field? field = map.Required("architecture", Engine.Architectures.Architecture.Accepted);
        if (field?.Text() is not { } name || Engine.Architectures.Architecture.IsKnown(name))
            return field?.Text() ?? "";
        field.Refuse($"is '{name}', which is not known");
        return "";
    }

    public static InputLayer Input(YamlMap map, BindingContext context) =>
        InputLayerBinder.Bind(map.Required("input", InputLayerBinder.Accepted), context.Dataset)
            ?? new InputLayer.None();

    public static string? Sha256(YamlMap map)
    {
        if (map.Optional("sha256", Sha256Accepted) is not { } field || field.Text() is not { } text)
            return null;
        if (Sha256Form().IsMatch(text))
            return text.ToLowerInvariant();
        field.Refuse($"is '{text}'");
        return null;
    }

    /// <summary>Whether a TorchScript archive is trusted; one that needs it and lacks it is a fault.</summary>
    public static bool Trust(YamlMap map, string architecture)
    {
        Field? field = map.Optional("trust", "true or false");
        bool trust = field?.Flag() ?? false;
        if (architecture == Engine.Architectures.Architecture.TorchScript && !trust)
            map.Optional("architecture",
                "trust: true beside it, if you trust its author; or a checkpoint of weights alone")!
                .Refuse("is torchscript, whose files libtorch parses natively");
        return trust;
    }

    /// <summary>When it comes into memory.</summary>
    public static LoadPolicy Load(YamlMap map) => map.Optional("load", "when it is loaded")?.Choice(LoadPolicies) switch
    {
        "lazy" => LoadPolicy.Lazy,
        "pinned" => LoadPolicy.Pinned,
        _ => LoadPolicy.Start,
    };

    public static string Checkpoint(YamlMap map, BindingContext context, string? sha256, bool trust)
    {
        Field? field = map.Required("checkpoint", "the path of a checkpoint file");
        if (field is null || Resolve(field, context) is not { } path)
            return "";
        SourceLocation shaAt = map.Optional("sha256", Sha256Accepted)?.Location ?? field.Location;
        context.Claims.Add(new(field.Location, map.Owner, field.Key, path, sha256, shaAt, trust));
        return path;
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

    private static string? Resolve(Field field, BindingContext context) =>
        field.Text() is { } written ? Path.GetFullPath(Path.Combine(context.Folder, written)) : null;

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdForm();

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sha256Form();
}
