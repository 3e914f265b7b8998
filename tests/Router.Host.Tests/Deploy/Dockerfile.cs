using System.Text.RegularExpressions;

namespace Router.Host.Tests.Deploy;

/// <summary>An instruction of a Dockerfile, its continued lines joined.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Name">FROM, RUN, …</param>
/// <param name="Text">What stands behind the name.</param>
internal sealed record Instruction(int Line, string Name, string Text)
{
    /// <summary>Its words without flags such as <c>--from=build</c>.</summary>
    public string[] Words => [.. Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Where(word => !word.StartsWith("--", StringComparison.Ordinal))];

    /// <summary>Whether it is a JSON list, which no shell reads.</summary>
    public bool IsJson => Text.StartsWith('[') && Text.EndsWith(']');
}

/// <summary>Judges Dockerfiles by rules of hadolint, under its numbers: those that can be broken here.</summary>
/// <remarks>
/// Left out is DL3008, a fixed version of each Debian package: those are the base image's to say, and old ones leave
/// the archive.
/// </remarks>
internal static partial class Dockerfile
{
    private static readonly string[] Known = [
        "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD", "RUN", "SHELL",
        "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"];

    /// <summary>The instructions of a file.</summary>
    public static IReadOnlyList<Instruction> Read(string text)
    {
        List<Instruction> read = [];
        string begun = "";
        int first = 0;
        foreach ((int i, string line) in text.Split('\n').Index())
        {
            if (line.Length == 0 || line.StartsWith('#')) continue;
            if (begun.Length == 0) first = i + 1;
            begun += line.TrimEnd('\\');
            if (line.EndsWith('\\')) continue;
            string[] parts = begun.Split(' ', 2);
            read.Add(new(first, parts[0], Blanks().Replace(parts.ElementAtOrDefault(1)?.Trim() ?? "", " ")));
            begun = "";
        }
        return read;
    }

    /// <summary>What is wrong: line and rule.</summary>
    public static IEnumerable<string> Faults(string text)
    {
        IReadOnlyList<Instruction> all = Read(text);
        return all.SelectMany(one => Of(one, all).Select(rule => $"{one.Line}: {rule}"))
            .Concat(OfWhole(all)).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> OfWhole(IReadOnlyList<Instruction> all)
    {
        Instruction[] final = [.. all.Skip(all.Index().Last(at => at.Item.Name == "FROM").Index)];
        if (all[0].Name is not ("FROM" or "ARG")) yield return "DL3061 it begins with neither FROM nor ARG";
        if (final.LastOrDefault(one => one.Name == "USER") is not { } user || user.Text.Split(':')[0] is "root" or "0")
            yield return "DL3002 its last user is root";
        foreach ((string name, string rule) in ((string, string)[])
            [("CMD", "DL4003"), ("ENTRYPOINT", "DL4004"), ("HEALTHCHECK", "DL3012")])
            if (final.Count(one => one.Name == name) > 1) yield return $"{rule} several {name}";
        if (all.Where(one => one.Name == "FROM").Select(Alias).OfType<string>().GroupBy(alias => alias)
            .Any(same => same.Count() > 1))
            yield return "DL3024 two stages have one name";
    }

    private static IEnumerable<string> Of(Instruction one, IReadOnlyList<Instruction> all)
    {
        Instruction[] before = [.. all.TakeWhile(other => other != one)];
        switch (one.Name)
        {
            case "MAINTAINER":
                yield return "DL4000 MAINTAINER is a LABEL";
                break;
            case "ADD":
                yield return "DL3020 COPY is for files";
                break;
            case var other when !Known.Contains(other):
                yield return $"there is no instruction {other}";
                break;
            case "WORKDIR" when !one.Text.StartsWith('/'):
                yield return "DL3000 the folder is not absolute";
                break;
            case "FROM":
                string image = Substitute(one.Words[0], before);
                if (before.Any(stage => Alias(stage) == image)) break;
                if (!image.Contains(':', StringComparison.Ordinal)) yield return "DL3006 the image has no tag";
                if (image.EndsWith(":latest", StringComparison.Ordinal)) yield return "DL3007 the tag is latest";
                break;
            case "CMD" or "ENTRYPOINT" when !one.IsJson:
                yield return "DL3025 a shell would read it: a JSON list is meant";
                break;
            case "ENV" when one.Words.Any(
                set => one.Text.Contains($"${{{set.Split('=')[0]}}}", StringComparison.Ordinal)):
                yield return "DL3044 it reads what it sets";
                break;
            case "COPY":
                foreach (string fault in OfCopy(one, before)) yield return fault;
                break;
            case "RUN":
                foreach (string fault in OfRun(one.Text, before)) yield return fault;
                break;
        }
    }

    private static IEnumerable<string> OfCopy(Instruction one, Instruction[] before)
    {
        string target = one.Words[^1];
        if (one.Words.Length > 2 && !target.EndsWith('/')) yield return "DL3021 several files go to no folder";
        if (From().Match(one.Text) is { Success: true } from
            && !before.Any(stage => Alias(stage) == from.Groups["stage"].Value))
            yield return "DL3022 it copies from no stage before it";
        if (!target.StartsWith('/') && !before.Reverse().TakeWhile(other => other.Name != "FROM")
            .Any(other => other.Name == "WORKDIR"))
            yield return "DL3045 the target is relative to no folder";
    }

    private static IEnumerable<string> OfRun(string text, Instruction[] before)
    {
        foreach (string command in Separators().Split(text).Select(part => part.Trim()))
        {
            string[] words = command.Split(' ');
            if (words[0] == "sudo") yield return "DL3004 sudo";
            if (words[0] == "apt") yield return "DL3027 apt is for people";
            if (words[0] == "cd") yield return "DL3003 WORKDIR changes folders";
            if (words is not ["apt-get", "install", ..]) continue;
            if (!words.Contains("-y")) yield return "DL3014 nobody answers apt-get";
            if (!words.Contains("--no-install-recommends")) yield return "DL3015 what is recommended is installed";
            if (!text.Contains("rm -rf /var/lib/apt/lists/*", StringComparison.Ordinal))
                yield return "DL3009 lists of packages stay";
        }
        if (Pipe().IsMatch(text) && !before.Any(
            other => other.Name == "SHELL" && other.Text.Contains("pipefail", StringComparison.Ordinal)))
            yield return "DL4006 a pipe hides what fails in it";
    }

    private static string? Alias(Instruction one) =>
        one is { Name: "FROM", Words: [_, "AS" or "as", var alias, ..] } ? alias : null;

    // By the defaults of ARG.
    private static string Substitute(string image, Instruction[] before) => before.Where(one => one.Name == "ARG")
        .Select(one => one.Text.Split('=', 2)).Where(argument => argument.Length == 2)
        .Aggregate(image, (text, argument) =>
            text.Replace($"${{{argument[0]}}}", argument[1], StringComparison.Ordinal));

    [GeneratedRegex(@"--from=(?<stage>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex From();

    [GeneratedRegex(@"&&|\|\||;|\|", RegexOptions.None, 1000)]
    private static partial Regex Separators();

    [GeneratedRegex(@"[^|]\|[^|]", RegexOptions.None, 1000)]
    private static partial Regex Pipe();

    [GeneratedRegex(" {2,}", RegexOptions.None, 1000)]
    private static partial Regex Blanks();
}
