using System.Diagnostics;
using Router.Engine;
using Router.Engine.LibTorch;

namespace Votes.Bench;

/// <summary>A page of results: what stands between two comments is written by a benchmark.</summary>
internal static class ResultsPage
{
    private const int Width = 120;

    /// <summary>Where figures come from: commit, processor, threads, libtorch.</summary>
    public static string Origin(int threads)
    {
        Machine machine = Machine.Detect(threads);
        return $"Commit {Commit()}, {machine.CpuModel}, {machine.InstructionSet}, {Multiplies()}; {threads} threads, "
            + $"{NativeTorch.Load().Split(',')[0]}.";
    }

    /// <summary>What the processor multiplies by itself, of what matters here.</summary>
    public static string Multiplies()
    {
        string[] flags = [.. Machine.CpuFlags().Where(flag =>
            flag is "amx_bf16" or "amx_int8" or "avx512_bf16" or "avx512_vnni" or "avx_vnni")];
        return flags.Length == 0 ? "neither bfloat16 nor int8" : string.Join(' ', flags);
    }

    /// <summary>Puts text between <c>&lt;!-- NAME --&gt;</c> and <c>&lt;!-- /NAME --&gt;</c> of a page.</summary>
    /// <exception cref="InvalidDataException">The page has no such comments.</exception>
    public static void Fill(string page, string name, string text)
    {
        string before = $"<!-- {name} -->", after = $"<!-- /{name} -->", whole = File.ReadAllText(page);
        int from = whole.IndexOf(before, StringComparison.Ordinal);
        int to = whole.IndexOf(after, StringComparison.Ordinal);
        if (from < 0 || to < from) throw new InvalidDataException($"{page} has no {before} … {after} to write between");
        File.WriteAllText(page, $"{whole[..(from + before.Length)]}\n\n{Wrapped(text).Trim()}\n\n{whole[to..]}");
    }

    /// <summary>Text in lines that fit a page; those of tables stay as they are.</summary>
    public static string Wrapped(string text) => string.Join('\n', text.Split('\n').Select(line =>
    {
        if (line.Length <= Width || line[0] == '|') return line;
        List<string> lines = [""];
        foreach (string word in line.Split(' '))
            if (lines[^1].Length == 0) lines[^1] = word;
            else if (lines[^1].Length + 1 + word.Length <= Width) lines[^1] += $" {word}";
            else lines.Add(word);
        return string.Join('\n', lines);
    }));

    private static string Commit()
    {
        ProcessStartInfo asked = new("git", ["rev-parse", "--short", "HEAD"])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using Process git = Process.Start(asked)!;
        return git.StandardOutput.ReadToEnd().Trim() is { Length: > 0 } commit ? commit : "unknown";
    }
}
