using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Yaml;

/// <summary>
/// One value of a mapping or list with all a fault about it must say. Every reading is the value, or null and a fault.
/// </summary>
internal sealed record Field(string Owner, string Key, YamlNode Node, string Accepted, FaultList Faults)
{
    public SourceLocation Location => Faults.At(Node.Start);

    /// <summary>The plain text of a scalar, whatever its kind; null for collections.</summary>
    public string? Scalar => (Node as YamlScalarNode)?.Value;

    public bool Is(string word) =>
        Node is YamlScalarNode scalar && CoreSchema.KindOf(scalar) == ScalarKind.Text && scalar.Value == word;

    public string? Text()
    {
        if (OfKind(ScalarKind.Text) is not { } text)
            return null;
        bool isBlank = text.Trim().Length == 0;
        if (!isBlank && PlainText.FaultOf(text) is null)
            return text;
        Refuse(isBlank ? "is blank" : $"has a character that no text holds: {PlainText.FaultOf(text)!.Problem}");
        return null;
    }

    public bool? Flag() => OfKind(ScalarKind.Flag) is { } text ? text[0] is 't' or 'T' : null;

    /// <summary>The number exactly as written, if <paramref name="inRange"/> accepts it.</summary>
    public decimal? Decimal(Predicate<decimal> inRange)
    {
        if (OfKind(ScalarKind.Number) is not { } text)
            return null;
        if (CoreSchema.ExactDecimal(text) is { } value && inRange(value))
            return value;
        Refuse($"is {text}");
        return null;
    }

    public int? Integer(Predicate<int> inRange) =>
        Decimal(value => decimal.IsInteger(value) && value is >= int.MinValue and <= int.MaxValue
            && inRange((int)value)) is { } whole
            ? (int)whole
            : null;

    /// <summary>The float32 nearest to the decimal that was written, rounded once.</summary>
    public float? Single(Predicate<float> inRange)
    {
        if (OfKind(ScalarKind.Number) is not { } text)
            return null;
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value)
            && float.IsFinite(value) && inRange(value))
            return value;
        Refuse($"is {text}");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public string? Choice(IReadOnlyCollection<string> words)
    {
        Field choosing = this with { Accepted = $"one of {string.Join(", ", words)}" };
        if (choosing.Text() is not { } text)
            return null;
        if (words.Contains(text))
            return text;
        (this with { Accepted = Spelling.OneOf(text, words) }).Refuse($"is '{text}'");
        return null;
    }

    /// <summary>The items of a list, each accepting what <paramref name="accepted"/> says.</summary>
    public IReadOnlyList<Field>? Items(string accepted)
    {
        if (Node is YamlSequenceNode list)
            return [.. list.Children.Select(
                (item, i) => this with { Key = $"{Key}[{i}]", Node = item, Accepted = accepted })];
        Refuse($"is {Describe()}");
        return null;
    }

    public YamlMap? Map() => Map(Owner);

    public YamlMap? Map(string owner)
    {
        if (Node is YamlMappingNode mapping)
            return new YamlMap(mapping, owner, Faults);
        Refuse($"is {Describe()}");
        return null;
    }

    public void Refuse(string problem) => Faults.Add(Node.Start, Owner, $"{Key} {problem}", Accepted);

    private string? OfKind(ScalarKind kind)
    {
        if (Node is YamlScalarNode scalar && CoreSchema.KindOf(scalar) == kind)
            return scalar.Value ?? "";
        string hint = kind == ScalarKind.Text
            && Node is YamlScalarNode { Value.Length: > 0 } ? ", not text (quotes make it text)" : "";
        Refuse($"is {Describe()}{hint}");
        return null;
    }

    /// <summary>What was found, for faults.</summary>
    public string Describe() => Node switch
    {
        YamlSequenceNode => "a list",
        YamlMappingNode => "a mapping",
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => $"the quoted text '{quoted.Value}'",
        YamlScalarNode plain => CoreSchema.KindOf(plain) switch
        {
            ScalarKind.Null => "empty",
            ScalarKind.Number => $"the number {plain.Value}",
            ScalarKind.Flag => $"the truth value {plain.Value}",
            _ => $"'{plain.Value}'",
        },
        _ => "not readable",
    };
}
