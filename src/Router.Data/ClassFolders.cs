using System.Globalization;
using System.Text.RegularExpressions;

namespace Router.Data;

/// <summary>
/// What the names of class folders mean to a data set. A name is one of the data set's own class names, in any case,
/// singular or plural, or an alias of one (<c>plane</c>, <c>car</c>); a class index from 0, alone or after the word
/// class (<c>7</c>, <c>007</c>, <c>class 7</c>); of ImageNet a WordNet id where all of its 1000 are known, for their
/// ascending order numbers the classes. The position of a folder among others says nothing.
/// </summary>
public sealed partial class ClassFolders
{
    private readonly Dictionary<string, int> _labels;
    private readonly string _accepted;
    private readonly int _classCount;

    private ClassFolders(
        string dataset, int classCount, IEnumerable<(string Name, int Label)> names, string accepted,
        IReadOnlyList<string> labelNames)
    {
        (Dataset, _classCount, LabelNames) = (dataset, classCount, labelNames);
        _labels = names.ToDictionary(name => name.Name, name => name.Label, StringComparer.OrdinalIgnoreCase);
        _accepted = accepted.Length > 0 ? $"{accepted}, or class indices" : "class indices";
    }

    /// <summary>What messages call the data set.</summary>
    public string Dataset { get; }

    /// <summary>The data set's names by label; empty where it has none.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>What a folder may be called, for messages.</summary>
    public string Accepted => string.Create(CultureInfo.InvariantCulture, $"{_accepted} from 0 to {_classCount - 1}");

    /// <summary>What names mean to a data set.</summary>
    /// <param name="dataset">Its name; where it has no class names of its own, only indices mean something.</param>
    /// <param name="classCount">How many classes it has.</param>
    /// <param name="folders">
    /// Folders that may hold one for each of ImageNet's WordNet ids; those that do not are passed over.
    /// </param>
    public static ClassFolders Of(string dataset, int classCount, params IEnumerable<string?> folders)
    {
        if (DataSetKind.Find(dataset) is not { } kind)
            return new(dataset, classCount, [], "", []);
        if (kind != DataSetKind.ImageNet)
            return new(dataset, classCount, NamesOf(kind), Written(kind), kind.LabelNames);
        string[] ids = WordNetIds(folders);
        return new(
            dataset, classCount, Numbered(ids),
            $"all {classCount} WordNet ids (n01440764, …; of fewer nothing says the class)", ids);
    }

    /// <summary>What names mean to whichever of the known data sets they are names of; no two share one.</summary>
    /// <param name="folders">As for <see cref="Of"/>.</param>
    public static ClassFolders OfAny(params IEnumerable<string?> folders)
    {
        DataSetKind[] named = [.. DataSetKind.All.Where(kind => kind.LabelNames.Count > 0)];
        return new(
            "any known data set", DataSetKind.All.Max(kind => kind.ClassCount),
            [.. named.SelectMany(NamesOf), .. Numbered(WordNetIds(folders))],
            string.Join("; ", named.Select(kind => $"of {kind.Name} {Written(kind)}")), []);
    }

    /// <summary>The class that a folder's name means, or null where it means none.</summary>
    public int? LabelOf(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (Index().Match(folder) is { Success: true } index)
            return int.TryParse(index.Groups["index"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture,
                out int label)
                && label < _classCount ? label : null;
        return _labels.TryGetValue(folder, out int named)
            || folder is [.. var singular, 's' or 'S'] && _labels.TryGetValue(singular, out named) ? named : null;
    }

    private static IEnumerable<(string Name, int Label)> NamesOf(DataSetKind kind) => Numbered(kind.LabelNames)
        .Concat(kind.Aliases.Select(alias =>
            (alias.Key, kind.LabelNames.Index().First(name => name.Item == alias.Value).Index)));

    private static IEnumerable<(string Name, int Label)> Numbered(IEnumerable<string> names) =>
        names.Select((name, label) => (name, label));

    private static string Written(DataSetKind kind) => string.Join(", ", kind.LabelNames.Select(name =>
        kind.Aliases.Where(alias => alias.Value == name).Select(alias => alias.Key).ToArray() is { Length: > 0 } aliases
            ? $"{name} ({string.Join(", ", aliases)})"
            : name));

    private static string[] WordNetIds(IEnumerable<string?> folders) =>
        folders.Where(Directory.Exists).Select(folder => FoldersIn(folder!)).FirstOrDefault(names =>
            names.Length == DataSetKind.ImageNet.ClassCount && names.All(name => WordNetId().IsMatch(name))) ?? [];

    private static string[] FoldersIn(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateDirectories().Select(entry => entry.Name)
            .Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex(
        @"^(class[ _-]?)?(?<index>[0-9]+)$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index();

    [GeneratedRegex("^n[0-9]{8}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordNetId();
}
