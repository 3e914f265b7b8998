using System.Collections.Immutable;
using Router.Engine;

namespace Router.Experts.Checkpoints;

/// <summary>
/// What weights are called without what trainers put around a network: data parallelism, compilation, averaging, a
/// module whose attribute the network is. Nothing is lost by it: an architecture takes every name exactly once and
/// refuses what is left over.
/// </summary>
internal sealed class WeightNames
{
    /// <summary>How many numbers an input layer has of a kind at most: one per channel.</summary>
    private const long MostChannels = 4;

    private const int LongestName = 512;

    // Modules that stand for what they wrap, wherever in a network: DataParallel and DDP, torch.compile, FSDP now and
    // before, activation checkpointing, Fabric.
    private static readonly string[] Wrappers =
        ["module", "_orig_mod", "_fsdp_wrapped_module", "_fpw_module", "_checkpoint_wrapped_module", "_forward_module"];

    // What a whole network hangs from: the second of Sequential(input layer, network), and the usual attributes of
    // training modules and averages.
    private static readonly string[] Holders = ["1", "model", "net", "network", "backbone", "ema", "ema_model"];

    private readonly Dictionary<string, string> canonical = [];
    private readonly HashSet<string> constants = [];

    private WeightNames(string prefix, bool isSequential) => (Prefix, IsSequential) = (prefix, isSequential);

    /// <summary>What every name began with, as written.</summary>
    public string Prefix { get; }

    /// <summary>Whether the network is the second part of a <c>Sequential</c>.</summary>
    public bool IsSequential { get; }

    /// <summary>Two names that are one without their wrappers; null where there are none.</summary>
    public string? Clash { get; private set; }

    /// <summary>Recognises the wrappers of one network.</summary>
    /// <param name="written">Every weight's name and shape.</param>
    public static WeightNames Of(IReadOnlyCollection<(string Name, ImmutableArray<long> Shape)> written)
    {
        string[] ofInput = [.. written.Where(one => IsInputConstant(one.Name, one.Shape)).Select(one => one.Name)];
        if (ofInput.Length == written.Count) ofInput = [];
        string[] all = [.. written.Select(one => one.Name).Where(name => !IsCounter(name))];
        string[][] weights = [.. all.Except(ofInput).Select(Parts)];
        int held = 0;
        while (weights.Length > 0 && weights[0].Length > held + 1 && Holders.Contains(weights[0][held])
            && weights.All(parts => parts.Length > held + 1 && parts[held] == weights[0][held]))
            held++;
        string[] holders = weights.Length > 0 ? weights[0][..held] : [];
        WeightNames names =
            new(weights.Length > 0 ? PrefixOf(all.Except(ofInput).First(), held) : "", holders.Contains("1"));
        Dictionary<string, string> known = [];
        foreach (string name in all)
        {
            string[] parts = Parts(name);
            int shared = parts.Zip(holders).TakeWhile(pair => pair.First == pair.Second).Count();
            string without = string.Join('.', parts[Math.Min(shared, parts.Length - 1)..]);
            if (!known.TryAdd(without, name))
                names.Clash =
                    $"'{known[without]}' and '{name}' are both '{without}' without what is around the network";
            names.canonical[name] = without;
        }
        names.constants.UnionWith(ofInput);
        return names;
    }

    /// <summary>The canonical name of a weight; null for a counter of averages, which no layer has.</summary>
    public string? Of(string written) => canonical.GetValueOrDefault(written);

    /// <summary>Whether it is a constant of a layer before the network: a mean, a deviation.</summary>
    public bool IsInputConstant(string written) => constants.Contains(written);

    private static bool IsInputConstant(string name, ImmutableArray<long> shape) =>
        InputConstants.IsNamedSo(name) && TensorShape.ElementCount(shape.AsSpan()) is >= 1 and <= MostChannels;

    // torch.optim.swa_utils.AveragedModel counts how often it averaged.
    private static bool IsCounter(string name) => Last(name) == "n_averaged";

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];

    // The last part is the tensor's own, whatever it is called. A name longer than any is left whole: it costs no
    // memory beyond its own.
    private static string[] Parts(string name)
    {
        if (name.Length > LongestName) return [name];
        string[] parts = name.Split('.');
        return [.. parts[..^1].Where(part => !Wrappers.Contains(part)), parts[^1]];
    }

    private static string PrefixOf(string name, int held)
    {
        if (name.Length > LongestName) return "";
        string[] parts = name.Split('.');
        int taken = 0;
        for (; taken < parts.Length - 1 && (Wrappers.Contains(parts[taken]) || held > 0); taken++)
            if (!Wrappers.Contains(parts[taken])) held--;
        return string.Concat(parts[..taken].Select(part => part + "."));
    }
}
