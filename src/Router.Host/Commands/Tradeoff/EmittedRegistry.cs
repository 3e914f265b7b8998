using System.Globalization;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;
using YamlDotNet.RepresentationModel;

namespace Router.Host.Commands.Tradeoff;

/// <summary>A registry with the routing that was chosen: everything else is as in the one it was made from.</summary>
internal static class EmittedRegistry
{
    /// <summary>Writes it.</summary>
    /// <param name="registry">The registry that has the networks.</param>
    /// <param name="chosen">The system to serve.</param>
    /// <param name="target">The file to write; paths in it start at its folder.</param>
    /// <exception cref="InputFault">The system's experts are not the registry's.</exception>
    public static void Write(string registry, StudySystem chosen, string target)
    {
        YamlStream yaml = [];
        using (StreamReader reader = new(registry))
            yaml.Load(reader);
        YamlMappingNode root = (YamlMappingNode)yaml.Documents[0].RootNode;
        string from = Path.GetDirectoryName(registry)!, to = Path.GetDirectoryName(target)!;
        IEnumerable<YamlNode> experts = ((YamlSequenceNode)root.Children["experts"]).Children;
        string[] ids = [.. experts.Select(expert => ((YamlScalarNode)expert["id"]).Value!)];
        if (chosen.Experts.FirstOrDefault(id => !ids.Contains(id, StringComparer.OrdinalIgnoreCase)) is { } missing)
            throw new InputFault($"{registry} has no expert '{missing}', which {chosen.Name} needs: it has {string.Join(", ", ids)}");
        foreach (YamlMappingNode network in experts.Concat(root.Children.Where(child => child.Key.Equals(new YamlScalarNode("router"))).Select(child => child.Value)).OfType<YamlMappingNode>())
            foreach (string key in (string[])["checkpoint", "card"])
                if (network.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? path))
                    network.Children[key] = new YamlScalarNode(Path.GetRelativePath(to, Path.GetFullPath(((YamlScalarNode)path).Value!, from)));
        root.Children["routing"] = Routing(chosen, all: chosen.Experts.Length == ids.Length);
        using StreamWriter writer = new(target) { NewLine = "\n" };
        writer.WriteLine($"# {chosen.Name}, chosen by dualrs tradeoff");
        yaml.Save(writer, assignAnchors: false);
    }

    private static YamlMappingNode Routing(StudySystem chosen, bool all)
    {
        string[] words = chosen.Routing.Split(' ');
        YamlMappingNode routing = chosen.Kind switch
        {
            SystemKinds.Single => new("kind", "fixed", "expert", chosen.Experts[0]),
            SystemKinds.Cascade => new("kind", "cascade", "order", Ids(chosen), "thresholds", new YamlSequenceNode(words[1].Split(',').Select(tau => new YamlScalarNode(tau)))),
            SystemKinds.Quantile => new("kind", "quantile", "tau", decimal.Parse(words[1], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)),
            _ => new("kind", "mostVoted"),
        };
        if (!all && chosen.Kind is not (SystemKinds.Single or SystemKinds.Cascade))
            routing.Add("mix", Ids(chosen));
        return routing;
    }

    private static YamlSequenceNode Ids(StudySystem chosen) => new(chosen.Experts.Select(id => new YamlScalarNode(id))) { Style = YamlDotNet.Core.Events.SequenceStyle.Flow };
}
