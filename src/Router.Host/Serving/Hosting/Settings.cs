using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.FileProviders;
using Router.Experts.Registry.Yaml;
using Router.Host.Cli;

namespace Router.Host.Serving.Hosting;

/// <summary>
/// Options from a program's configuration. Every fault is found, and says where it stands, which setting it is, and
/// what would be right.
/// </summary>
internal static class Settings
{
    /// <summary>The section that holds them.</summary>
    public const string Section = "DualRs";

    /// <summary>Fills options with what a configuration says; what it does not set stays.</summary>
    /// <param name="options">Their properties have the settings' names.</param>
    /// <param name="configuration">The whole of it: its providers tell where a setting stands.</param>
    /// <returns>Every fault; none where the options can be used.</returns>
    public static IReadOnlyList<string> Fill(object options, IConfiguration configuration)
    {
        Dictionary<string, PropertyInfo> known =
            All(options.GetType()).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        List<string> faults = [];
        foreach (IConfigurationSection written in configuration.GetSection(Section).GetChildren())
        {
            string origin = Origin(configuration, written.Path);
            string? fault = known.TryGetValue(written.Key, out PropertyInfo? property)
                ? FillOne(options, property, written, configuration)
                : $"is no setting: {Spelling.OneOf(written.Key, known.Keys)}";
            if (fault is not null)
                faults.Add($"{origin}: {Section}:{property?.Name ?? written.Key} {fault}");
        }
        return faults;
    }

    /// <summary>Every value that is out of its range, whoever set it.</summary>
    public static IReadOnlyList<string> OutOfRange(object options) =>
    [
        .. from property in All(options.GetType())
           let accepted = RangeOf(property)
           let value = property.GetValue(options)
           where accepted is not null && value is not null && !accepted.Holds(value)
           select $"{Section}:{property.Name} is {value}: accepted {accepted.Text}",
    ];

    /// <summary>The range of one of the options.</summary>
    public static Accepted RangeOf<T>(string name) => RangeOf(typeof(T).GetProperty(name)!)!;

    /// <summary>Where a setting stands: a file, a variable of the environment, an option of the command line.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="path">The setting with its section.</param>
    public static string Origin(IConfiguration configuration, string path) =>
        ProviderOf(configuration, path) switch
        {
            NamedSettings named => named.NameOf(path),
            FileConfigurationProvider { Source: { Path: { } file, FileProvider: PhysicalFileProvider folder } } =>
                Path.Combine(folder.Root, file),
            EnvironmentVariablesConfigurationProvider => NamedSettings.VariableOf(path),
            { } other => other.ToString() ?? Section,
            null => "the program's configuration",
        };

    private static PropertyInfo[] All(Type options) =>
    [
        .. options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true }),
    ];

    // The last one that holds it decides.
    private static IConfigurationProvider? ProviderOf(IConfiguration configuration, string path) =>
        (configuration as IConfigurationRoot)?.Providers.LastOrDefault(provider =>
            provider.TryGet(path, out _) || provider.GetChildKeys([], path).Any());

    private static string? FillOne(
        object options, PropertyInfo property, IConfigurationSection written, IConfiguration configuration)
    {
        if (property.PropertyType == typeof(string[]))
        {
            property.SetValue(options, ListOf(written, configuration));
            return null;
        }
        if (written.GetChildren().Any())
            return "is a section: accepted is one value";
        if (written.Value is not { } text)
            return null;
        // Of an option its own check says more.
        if (text.Length == 0 && ProviderOf(configuration, written.Path) is not NamedSettings { OfCommandLine: true })
            return "is empty: leave it out, or give it a value";
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Accepted accepted = RangeOf(property) ?? Anything(type);
        if (ValueOf(text, type) is not { } value || !accepted.Holds(value))
            return $"is '{text}': accepted {accepted.Text}";
        property.SetValue(options, value);
        return null;
    }

    // Of one provider alone: the configuration would mix the entries of several by their numbers.
    private static string[] ListOf(IConfigurationSection written, IConfiguration configuration)
    {
        if (written.Value is { Length: > 0 } single)
            return [single];
        IConfigurationProvider? provider = ProviderOf(configuration, written.Path);
        return
        [
            .. from entry in written.GetChildren()
               let value = provider is null ? entry.Value
                   : provider.TryGet(entry.Path, out string? own) ? own : null
               where value is not null
               select value,
        ];
    }

    private static object? ValueOf(string text, Type type)
    {
        if (type == typeof(string))
            return text;
        if (type == typeof(bool))
            return bool.TryParse(text, out bool flag) ? flag : null;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole)
                ? whole : null;
        if (type == typeof(double))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                ? number : null;
        return Enum.TryParse(type, text, ignoreCase: true, out object? word) && Enum.IsDefined(type, word!)
            && !char.IsAsciiDigit(text[0]) ? word : null;
    }

    private static Accepted Anything(Type type) => new(
        _ => true, type == typeof(bool) ? "are true and false"
            : $"are {string.Join(" and ", type.IsEnum ? Enum.GetNames(type).Select(name => name.ToLowerInvariant())
                : ["values"])}");

    private static Accepted? RangeOf(PropertyInfo property) =>
        property.GetCustomAttribute<RangeAttribute>() switch
        {
            null => null,
            { Minimum: int lowest, Maximum: int.MaxValue } => Accepted.AtLeast(lowest),
            { Minimum: int lowest, Maximum: int highest } => Accepted.Between(lowest, highest),
            { Minimum: 0.0, Maximum: 1.0 } => Accepted.Share,
            var range => throw new InvalidOperationException(
                $"{property.Name}: no words for the range {range.Minimum} to {range.Maximum}"),
        };
}
