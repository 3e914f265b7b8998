using System.Globalization;
using System.Text.RegularExpressions;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Registry.Binding;

/// <summary><c>versions:</c> a mapping from numbers to what differs from the expert's other keys.</summary>
internal static partial class ExpertVersions
{
    private const string Accepted = "a mapping from numbers, from 1 on, to what differs: { checkpoint: … }";

    /// <summary>The versions of an entry, ascending: each is the entry with the version's own keys.</summary>
    /// <param name="entry">The expert's entry.</param>
    /// <returns>None where it has none, or none that can be read.</returns>
    public static (int Number, YamlMap Map)[] Of(YamlMap entry)
    {
        if (entry.Optional("versions", Accepted) is not { } field || field.Map() is not { } versions)
            return [];
        if (versions.Node.Children.Count == 0)
            field.Refuse("is empty");
        List<(int Number, YamlMap Map)> read = [];
        foreach ((string number, SourceLocation at) in versions.Written())
        {
            Field version = versions.Optional(number, "a mapping of what differs, such as { checkpoint: … }")! with
            {
                Key = $"versions.{number}",
            };
            if (!NumberForm().IsMatch(number))
                field.Faults.Add(at, entry.Owner, $"versions has the key '{number}'", "a whole number from 1 on");
            else if (Map(version, entry) is { } map)
                read.Add((int.Parse(number, CultureInfo.InvariantCulture), map));
        }
        return [.. read.OrderBy(version => version.Number)];
    }

    private static YamlMap? Map(Field version, YamlMap entry)
    {
        if (version.Map() is not { } own)
            return null;
        foreach (string key in (ReadOnlySpan<string>)["id", "versions"])
            own.Optional(key, "no such key here")?.Refuse("is the same for all versions");
        YamlMap map = new(own.Node, entry.Owner, version.Faults, entry);
        foreach (string key in (ReadOnlySpan<string>)["id", "versions"])
            map.Optional(key, "");
        return map;
    }

    [GeneratedRegex(@"^[1-9][0-9]{0,8}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NumberForm();
}
