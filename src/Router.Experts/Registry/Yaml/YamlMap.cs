using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Yaml;

/// <summary>
/// A mapping whose accepted keys are those that were asked for; <see cref="Close"/> reports the rest.
/// </summary>
internal sealed class YamlMap
{
    private readonly FaultList _faults;
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);
    private readonly List<YamlScalarNode> _written = [];
    private readonly List<string> _asked = [];

    /// <param name="node">The mapping.</param>
    /// <param name="owner">Named in faults.</param>
    /// <param name="faults">Receives them.</param>
    /// <param name="inherited">Whose keys hold where the mapping has none of that name; none unless told.</param>
    public YamlMap(YamlMappingNode node, string owner, FaultList faults, YamlMap? inherited = null)
    {
        Node = node;
        Owner = owner;
        _faults = faults;
        Gather(node);
        if (inherited is not null) Gather(inherited.Node);
    }

    public YamlMappingNode Node { get; }

    /// <summary>Named in faults: the section, or the expert once its id is known.</summary>
    public string Owner { get; set; }

    public SourceLocation Location => _faults.At(Node.Start);

    /// <summary>Every key and where it stands.</summary>
    public IEnumerable<(string Key, SourceLocation At)> Written() =>
        _written.Select(key => (key.Value!, _faults.At(key.Start)));

    /// <summary>The value of a key, or null where it is not there.</summary>
    public Field? Optional(string key, string accepted)
    {
        if (!_asked.Contains(key))
            _asked.Add(key);
        return _values.TryGetValue(key, out YamlNode? node) ? new Field(Owner, key, node, accepted, _faults) : null;
    }

    /// <summary>The value of a key; where it is not there, a fault.</summary>
    public Field? Required(string key, string accepted)
    {
        if (Optional(key, accepted) is { } field)
            return field;
        _faults.Add(Node.Start, Owner, $"'{key}' is missing", $"{key}: {accepted}");
        return null;
    }

    /// <summary>
    /// Reports every key that nobody asked for, except those that start with <paramref name="free"/>.
    /// </summary>
    public void Close(string? free = null)
    {
        foreach (YamlScalarNode key in _written)
            if (!_asked.Contains(key.Value!)
                && (free is null || !key.Value!.StartsWith(free, StringComparison.Ordinal)))
                _faults.Add(key.Start, Owner, $"the key '{key.Value}' is unknown", Spelling.OneOf(key.Value!, _asked));
    }

    /// <summary>
    /// Own keys first, then those of merged mappings (YAML's <c>&lt;&lt;</c>) that are not among them.
    /// </summary>
    private void Gather(YamlMappingNode node)
    {
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            YamlScalarNode name = (YamlScalarNode)key;
            if (name.Value != "<<" && _values.TryAdd(name.Value!, value))
                _written.Add(name);
        }
        if (!node.Children.TryGetValue(new YamlScalarNode("<<"), out YamlNode? merged))
            return;
        foreach (YamlNode source in merged is YamlSequenceNode several ? several.Children : [merged])
        {
            if (source is YamlMappingNode mapping)
                Gather(mapping);
            else
                _faults.Add(source.Start, Owner, "<< merges something that is not a mapping",
                    "an alias of a mapping, or a list of them");
        }
    }
}
