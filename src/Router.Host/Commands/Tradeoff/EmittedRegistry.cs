using System.Collections.Immutable;
using System.Globalization;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Votes;
using YamlDotNet.RepresentationModel;

namespace Router.Host.Commands.Tradeoff;

/// <summary>
/// A registry with the routing that was chosen, and without the networks that it does not ask; everything else is as in
/// the one
/// it was made from. A router votes over all of its routes, so that experts outside its mix stay, not loaded until they
/// are asked.
/// </summary>
internal static class EmittedRegistry
{
    private const string ChosenBy = "chosen by dualrs";

    /// <summary>Where it may be written: not over a registry that somebody wrote by hand.</summary>
    public static readonly PathRule Target = PathRule.OfOutput((written, path) =>
        PathRule.Write.Objection(written, path) ?? (!File.Exists(path) || IsChosen(path) ? null
            : $"{written} exists, and is not a registry that was {ChosenBy}: choose another file, or remove it"));

    /// <summary>Writes it.</summary>
    /// <param name="registry">The registry that has the networks.</param>
    /// <param name="chosen">The system to serve.</param>
    /// <param name="thresholds">θ of each expert that it asks, by its id.</param>
    /// <param name="target">The file to write; paths in it start at its folder.</param>
    /// <param name="why">What shows that its networks are those that were scored, for the head of the file.</param>
    /// <param name="by">The command that chose it.</param>
    /// <returns>What became of the networks that it does not ask; none where it asks all.</returns>
    /// <exception cref="BadInputException">What would be written is no registry.</exception>
    public static IReadOnlyList<string> Write(
        string registry, StudySystem chosen, IReadOnlyDictionary<string, PassThreshold> thresholds, string target,
        IEnumerable<string> why, string by = "tradeoff")
    {
        YamlStream yaml = [];
        using (StreamReader reader = new(registry))
            yaml.Load(reader);
        YamlMappingNode root = (YamlMappingNode)yaml.Documents[0].RootNode;
        string from = Path.GetDirectoryName(registry)!, to = Path.GetDirectoryName(target)!;
        foreach (YamlMappingNode expert in ((YamlSequenceNode)root.Children["experts"]).Cast<YamlMappingNode>())
        {
            Flatten(expert);
            KeepDeployed(expert);
        }
        string[] rest = Shrink(root, chosen);
        IEnumerable<YamlNode> experts = ((YamlSequenceNode)root.Children["experts"]).Children;
        foreach (YamlMappingNode expert in experts.Cast<YamlMappingNode>())
            if (thresholds.TryGetValue(IdOf(expert), out PassThreshold pass))
                if (pass.Step > 0) expert.Children["pass"] = new YamlScalarNode(pass.ToString());
                else expert.Children.Remove("pass");
        foreach (YamlMappingNode network in experts.Concat(
            root.Children.Where(child => child.Key.Equals(new YamlScalarNode("router"))).Select(child => child.Value))
            .OfType<YamlMappingNode>())
            foreach (string key in (string[])["checkpoint", "card"])
                if (network.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? path))
                    network.Children[key] = Moved(path, from, to);
        DatasetFacts? dataset = DatasetFacts.Find(((YamlScalarNode)root.Children["dataset"]).Value!);
        root.Children["routing"] = Routing(chosen, dataset, all: chosen.Experts.Length == experts.Count());
        string unproved = WholeFile.Beside(target);
        using (StreamWriter writer = new(unproved) { NewLine = "\n" })
        {
            string first = $"{chosen.Name} ({chosen.Standing}), {ChosenBy} {by}";
            foreach (string line in (string[])[first, .. why, .. rest])
                writer.WriteLine($"# {line}");
            yaml.Save(writer, assignAnchors: false);
        }
        RegistryReading reading = RegistryReader.Read(unproved);
        if (!reading.IsAccepted)
        {
            File.Delete(unproved);
            throw new BadInputException(
                $"{registry} cannot be narrowed to {chosen.Name}:\n{string.Join('\n', reading.Faults)}");
        }
        File.Move(unproved, target, overwrite: true);
        return rest;
    }

    // Nobody asks another version than the deployed one, which becomes an expert without versions.
    private static void KeepDeployed(YamlMappingNode expert)
    {
        if (!expert.Children.Remove("versions", out YamlNode? versions)) return;
        YamlMappingNode deployed = (YamlMappingNode)((YamlMappingNode)versions).Children.MaxBy(
            version => int.Parse(((YamlScalarNode)version.Key).Value!, CultureInfo.InvariantCulture)).Value;
        Flatten(deployed);
        foreach ((YamlNode key, YamlNode value) in deployed.Children)
            expert.Children[key] = value;
    }

    // What a merge key brings becomes keys of its own, which can be written and removed.
    private static void Flatten(YamlMappingNode node)
    {
        if (!node.Children.Remove("<<", out YamlNode? merged)) return;
        foreach (YamlMappingNode source in ((merged as YamlSequenceNode)?.Children ?? [merged]).Cast<YamlMappingNode>())
        {
            Flatten(source);
            foreach ((YamlNode key, YamlNode value) in source.Children)
                node.Children.TryAdd(key, value);
        }
    }

    private static bool IsChosen(string path) =>
        File.ReadLines(path).FirstOrDefault()?.Contains(ChosenBy, StringComparison.Ordinal) == true;

    // A path, or those of an ensemble.
    private static YamlNode Moved(YamlNode path, string from, string to) => path is YamlSequenceNode several
        ? new YamlSequenceNode(several.Children.Select(one => Moved(one, from, to))) { Style = several.Style }
        : new YamlScalarNode(Path.GetRelativePath(to, Path.GetFullPath(((YamlScalarNode)path).Value!, from)));

    private static string[] Shrink(YamlMappingNode root, StudySystem chosen)
    {
        YamlSequenceNode experts = (YamlSequenceNode)root.Children["experts"];
        bool IsAsked(YamlMappingNode expert) =>
            Networks(chosen).Contains(IdOf(expert), StringComparer.OrdinalIgnoreCase);
        YamlMappingNode[] others = [.. experts.Children.Cast<YamlMappingNode>().Where(expert => !IsAsked(expert))];
        string names = string.Join(", ", others.Select(IdOf));
        if (ScoredNetworks.IsRouted(chosen))
        {
            foreach (YamlMappingNode expert in others)
                expert.Children["load"] = new YamlScalarNode("lazy");
            return others.Length == 0 ? [] : [$"never routed to, here because the router votes over them: {names}"];
        }
        bool routed = root.Children.Remove("router");
        foreach (YamlMappingNode expert in others)
            experts.Children.Remove(expert);
        bool failover = others.Length > 0 && root.Children.TryGetValue("certification", out YamlNode? terms)
            && terms is YamlMappingNode { Children: var keys } && keys.TryGetValue("failover", out YamlNode? policy)
            && policy is YamlMappingNode && keys.Remove("failover");
        string[] left = [names, routed ? "the router" : "", failover ? "failover between them" : ""];
        string told = string.Join(", ", left.Where(name => name.Length > 0));
        return told.Length == 0 ? [] : [$"left out, for it does not ask them: {told}"];
    }

    private static string IdOf(YamlMappingNode expert) => ((YamlScalarNode)expert["id"]).Value!;

    private static YamlMappingNode Routing(StudySystem chosen, DatasetFacts? dataset, bool all)
    {
        string[] words = chosen.Routing.Split(' ');
        YamlMappingNode routing = chosen.Kind switch
        {
            SystemKinds.Single => new("kind", "fixed", "expert", Networks(chosen).First()),
            SystemKinds.Cascade => new("kind", "cascade", "order", Ids(chosen), "thresholds",
                new YamlSequenceNode(Thresholds(chosen).Select(taus => ThresholdsNode(taus, dataset)))),
            SystemKinds.Quantile => new("kind", "quantile", "tau",
                decimal.Parse(words[1], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)),
            _ => new("kind", "mostVoted"),
        };
        if (!all && chosen.Kind is not (SystemKinds.Single or SystemKinds.Cascade))
            routing.Add("mix", Ids(chosen));
        return routing;
    }

    private static ImmutableArray<Thresholds> Thresholds(StudySystem chosen) =>
        Cascade.TryParse(chosen.Routing[(chosen.Routing.IndexOf(' ', StringComparison.Ordinal) + 1)..],
            out Cascade? cascade)
        ? cascade.Thresholds
        : throw new BadInputException($"'{chosen.Routing}' is no cascade");

    // What most classes have is the default; the others are named.
    private static YamlNode ThresholdsNode(Thresholds taus, DatasetFacts? dataset)
    {
        if (taus.AreOne)
            return new YamlScalarNode(taus.ToString());
        decimal most = taus.Numbers.GroupBy(tau => tau).MaxBy(group => group.Count())!.Key;
        YamlMappingNode byClass = new("default", Text(most)) { Style = YamlDotNet.Core.Events.MappingStyle.Flow };
        foreach ((int label, decimal tau) in taus.Numbers.Index())
            if (tau != most)
                byClass.Add(dataset?.ClassNames[label] ?? Text(label), Text(tau));
        return byClass;
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<string> Networks(StudySystem chosen) =>
        chosen.Experts.Select(id => ScoredId.Of(id).Network);

    private static YamlSequenceNode Ids(StudySystem chosen) =>
        new(Networks(chosen).Select(id => new YamlScalarNode(id)))
        {
            Style = YamlDotNet.Core.Events.SequenceStyle.Flow,
        };
}
