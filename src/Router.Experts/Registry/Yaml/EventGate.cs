using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Scalar = YamlDotNet.Core.Events.Scalar;

namespace Router.Experts.Registry.Yaml;

/// <summary>
/// Goes over the events of a YAML text before anything is built from them: refuses what could exhaust memory or stack
/// (alias bombs, deep nesting, cycles), several documents, tags and keys that are not text, and takes out repeated keys
/// so that reading can go on.
/// </summary>
internal sealed class EventGate(FaultList faults)
{
    public const int MaxDepth = 32;
    public const int MaxNodes = 50_000;

    private readonly List<ParsingEvent> _passed = [];
    private readonly Stack<Level> _open = new();
    private readonly Dictionary<AnchorName, long> _sizes = [];
    private int _nodesToSkip;
    private int _skipDepth;
    private int _documents;

    /// <summary>The events that may be built from; null where the file cannot be read on.</summary>
    public IReadOnlyList<ParsingEvent>? Pass(TextReader text)
    {
        Parser parser = new(text);
        while (Advance(parser))
            if (parser.Current is { } current && !Take(current))
                return null;
        return _passed;
    }

    /// <summary>
    /// Malformed flow collections make the parser fail in ways of its own; all of them mean that the text is not YAML.
    /// </summary>
    private static bool Advance(Parser parser)
    {
        Mark last = parser.Current?.End ?? Mark.Empty;
        try
        {
            return parser.MoveNext();
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            throw new YamlException(last, last, "the text after this place cannot be parsed", error);
        }
    }

    private bool Take(ParsingEvent current)
    {
        if (current is DocumentStart && ++_documents > 1)
            return Refuse(current, "a second document starts", "one document");
        if (_nodesToSkip > 0)
            return Skip(current);
        return current switch
        {
            MappingStart or SequenceStart => Open((NodeEvent)current),
            MappingEnd or SequenceEnd => Close(current),
            AnchorAlias alias => TakeAlias(alias),
            Scalar scalar => TakeScalar(scalar),
            _ => Keep(current),
        };
    }

    private bool Open(NodeEvent start)
    {
        if (_open.TryPeek(out Level? parent) && parent.AtKey)
            return Refuse(start, "a mapping key is itself a collection", "keys that are plain text");
        if (_open.Count == MaxDepth)
            return RefuseDepth(start);
        CheckTag(start);
        _open.Push(new Level(start));
        return Keep(start);
    }

    private bool Close(ParsingEvent end)
    {
        Level closed = _open.Pop();
        if (!closed.Start.Anchor.IsEmpty)
            _sizes[closed.Start.Anchor] = closed.Size;
        return Count(end, closed.Size) && Keep(end);
    }

    private bool TakeAlias(AnchorAlias alias)
    {
        if (_open.Any(level => level.Start.Anchor == alias.Value))
            return Refuse(alias, $"*{alias.Value} refers to a collection that contains it",
                "an alias of something already complete");
        if (!_sizes.TryGetValue(alias.Value, out long size))
            return Refuse(alias, $"*{alias.Value} has no anchor before it",
                $"an anchor &{alias.Value} earlier in the file");
        if (_open.TryPeek(out Level? parent) && parent.AtKey)
            return Refuse(alias, "a mapping key is an alias", "keys that are plain text");
        return Count(alias, size) && Keep(alias);
    }

    private bool TakeScalar(Scalar scalar)
    {
        CheckTag(scalar);
        if (_open.TryPeek(out Level? level) && level.AtKey)
        {
            if (!level.Keys.Add(scalar.Value))
            {
                faults.Add(scalar.Start, "", $"the key '{scalar.Value}' is repeated in one mapping", "each key once");
                return SkipPair();
            }
            level.AtKey = false;
            return Keep(scalar);
        }
        if (!scalar.Anchor.IsEmpty)
            _sizes[scalar.Anchor] = 1;
        return Count(scalar, 1) && Keep(scalar);
    }

    /// <summary>Counts a finished node into its parent, with every alias at the size of what it stands for.</summary>
    private bool Count(ParsingEvent at, long size)
    {
        if (!_open.TryPeek(out Level? level))
            return true;
        level.Size += size;
        level.AtKey = level.Start is MappingStart;
        return level.Size <= MaxNodes
            || Refuse(at, $"with its aliases written out the file has more than {MaxNodes} nodes", "fewer aliases");
    }

    /// <summary>Leaves out a key and its value.</summary>
    private bool SkipPair()
    {
        _nodesToSkip = 1;
        return true;
    }

    private bool Skip(ParsingEvent current)
    {
        _skipDepth += current.NestingIncrease;
        if (_skipDepth > MaxDepth)
            return RefuseDepth(current);
        if (_skipDepth == 0)
            _nodesToSkip--;
        return true;
    }

    private void CheckTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty)
            faults.Add(node.Start, "", $"the tag {node.Tag} has no meaning here", "values without tags");
    }

    private bool Keep(ParsingEvent current)
    {
        _passed.Add(current);
        return true;
    }

    private bool RefuseDepth(ParsingEvent at) =>
        Refuse(at, $"collections are nested more than {MaxDepth} deep", "the shallow structure of the documentation");

    private bool Refuse(ParsingEvent at, string problem, string accepted)
    {
        faults.Add(at.Start, "", problem, accepted);
        return false;
    }

    private sealed record Level(NodeEvent Start)
    {
        public bool AtKey { get; set; } = Start is MappingStart;

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public long Size { get; set; } = 1;
    }
}
