using System.Collections.Frozen;
using System.Collections.Immutable;
using Router.Experts.Registry.Yaml;

namespace Router.Host.Serving.Wire;

/// <summary>
/// The parameters of a request that are not its model's. The protocol lets a server ignore what it does not know, and
/// clients send parameters of their own (MLServer's <c>content_type</c>). But one of ours that is misspelt, or stands
/// in the wrong place, would change what is proved by not being there: it is refused.
/// </summary>
internal sealed class ForeignParameters
{
    private const int Most = 10;

    // Below this length a name has one letter wrong at most, from there on two.
    private const int LongName = 6;

    // Of words that are further apart nobody asks by how much.
    private const int Far = 3;

    // Every name that means something here, wherever it stands, in an extension that is not offered, or in an answer.
    private static readonly string[] Meant =
    [
        "mode", "failure_probability", "selection", "estimation", "seed", "mix", "deadline_ms", "timeout", "priority",
        "target_radius", "resolution", "record", "votes",
        BinaryTensors.Output, BinaryTensors.Data, BinaryTensors.Size, BinaryTensors.Classification,
        "shared_memory_region", "shared_memory_offset", "shared_memory_byte_size",
        "certificate", "noise", "seed_origin",
    ];

    // What answers, the command line and papers call them.
    private static readonly FrozenDictionary<string, string> OtherNames = new Dictionary<string, string>
    {
        ["alpha"] = "failure_probability", ["n0"] = "selection", ["n"] = "estimation", ["samples"] = "estimation",
        ["target"] = "target_radius", ["radius"] = "target_radius", ["deadline"] = "deadline_ms",
        ["experts"] = "mix", ["sigma"] = "mix",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly HashSet<string> _ignored = new(StringComparer.Ordinal);
    private readonly List<string> _first = [];

    /// <summary>The names that were ignored in their order, up to as many as anybody reads.</summary>
    public ImmutableArray<string> Ignored => _ignored.Count <= Most
        ? [.. _first.Select(Quoted.Cut)]
        : [.. _first.Select(Quoted.Cut), $"and {_ignored.Count - Most} more"];

    /// <summary>Refuses those that are meant for this program, and remembers the others.</summary>
    /// <param name="written">The names that came; null for none.</param>
    /// <param name="accepted">Those that have a meaning where they came.</param>
    /// <param name="where">Begins the fault: "there is no parameter".</param>
    /// <param name="faults">Receives what is wrong.</param>
    public void Take(
        IEnumerable<string>? written, IReadOnlyCollection<string> accepted, string where, RequestFaults faults)
    {
        foreach (string name in written ?? [])
        {
            if (accepted.Contains(name, StringComparer.Ordinal)) continue;
            if (MeantBy(name) is not { } meant)
            {
                if (_ignored.Add(name) && _first.Count < Most) _first.Add(name);
                continue;
            }
            string hint = accepted.Contains(meant) ? $" (did you mean '{meant}'?)" : "";
            string are = accepted.Count == 1 ? "is" : "are";
            faults.Add($"{where} '{Quoted.Cut(name)}'{hint}: accepted {are} {string.Join(", ", accepted)}");
        }
    }

    // The name of this program that is nearest; null where none is near.
    private static string? MeantBy(string name)
    {
        string plain = name.ToLowerInvariant().Replace('-', '_');
        if (OtherNames.TryGetValue(plain, out string? other)) return other;
        (string known, int distance) =
            Meant.Select(known => (known, Spelling.Distance(plain, known, Far))).MinBy(pair => pair.Item2);
        return distance <= (known.Length < LongName ? 1 : 2) ? known : null;
    }
}
