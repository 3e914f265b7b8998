using Newtonsoft.Json.Linq;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Tests.Registry;

/// <summary>
/// What an editor's YAML plug-in hands to a JSON Schema: merge keys applied, plain scalars resolved by YAML 1.2's core
/// schema.
/// </summary>
internal static class YamlAsJson
{
    public static JToken Convert(string yaml)
    {
        YamlStream stream = new();
        stream.Load(new StringReader(yaml));
        return Convert(stream.Documents[0].RootNode);
    }

    private static JToken Convert(YamlNode node) => node switch
    {
        YamlSequenceNode list => new JArray(list.Children.Select(Convert)),
        YamlMappingNode mapping => Convert(mapping),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Resolve(plain.Value ?? ""),
        _ => new JValue(((YamlScalarNode)node).Value),
    };

    private static JObject Convert(YamlMappingNode mapping)
    {
        JObject json = [];
        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            if (((YamlScalarNode)key).Value == "<<")
                json.Merge(Convert(value));
        }
        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            if (((YamlScalarNode)key).Value is { } name && name != "<<")
                json[name] = Convert(value);
        }
        return json;
    }

    private static JValue Resolve(string text)
    {
        if (text is "" or "~" or "null")
            return JValue.CreateNull();
        if (text is "true" or "false")
            return new JValue(text == "true");
        if (!double.TryParse(text, out double number) || !double.IsFinite(number))
            return new JValue(text);
        // to JSON Schema 10.0 and 1e1 are the integer 10
        return double.IsInteger(number)
            && Math.Abs(number) < long.MaxValue ? new JValue((long)number) : new JValue(number);
    }
}
