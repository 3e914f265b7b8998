using System.Diagnostics;
using System.Globalization;
using Router.Experts.Loading;
using Votes.Bench;

namespace Growth.Bench;

/// <summary>What a process of its own is needed for: memory, and the time until it is ready.</summary>
internal static class Processes
{
    /// <summary>The first argument of a process that says what a registry takes.</summary>
    public const string Memory = "memory-of";

    /// <summary>Resident memory of registered experts, each in a process of its own.</summary>
    public static (Growing Resident, Growing Loading) MemoryOfExperts(int rounds)
    {
        List<Point> resident = [], loading = [];
        foreach (string load in (string[])["start", "lazy"])
            foreach (int count in (int[])[1, 10, 100])
            {
                double[][] said = [.. Enumerable.Range(0, rounds).Select(_ => Ask(count, load))];
                string series = load == "lazy" ? "lazy" : "in memory from the start";
                resident.Add(Point.Of(series, count, [.. said.Select(one => one[0])]));
                resident.Add(Point.Of($"{series}, all asked", count, [.. said.Select(one => one[2])]));
                loading.Add(Point.Of(series, count, [.. said.Select(one => one[1])]));
            }
        return (new("memory", "Memory against registered experts", "registered experts", "resident MiB", resident),
            new("loading", "Loading against registered experts", "registered experts", "seconds", loading));
    }

    /// <summary>What such a process does: prints MiB when loaded, seconds of that, MiB once all were asked.</summary>
    public static void SayMemory(string folder, int count, string load, int threads)
    {
        long started = TimeProvider.System.GetTimestamp();
        using LoadedRegistry registry = ManyExperts.Load(folder, count, routed: false, load, threads);
        double seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds, loaded = Resident();
        foreach (LoadedNetwork expert in registry.Experts)
            expert.Voter.VoteAsync(
                new(new(Noise.Image(32), 3, 32, 32), new(1, 0), new(0, expert.BatchSize)), CancellationToken.None)
                .GetAwaiter().GetResult();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{loaded:0.0} {seconds:0.000} {Resident():0.0}"));
    }

    /// <summary>From the start of <c>dualrs serve</c> to its being ready, with four experts and a router.</summary>
    public static string StartUp(int rounds)
    {
        string text = "## Start-up\n\nFrom `./dualrs serve --registry models/cifar10/routed.yaml` to its line `ready`, "
            + "five networks:\n\n| | seconds |\n| --- | --- |\n";
        foreach (string option in (string[])["", "--no-probe"])
        {
            double[] measured = [.. Enumerable.Range(0, rounds).Select(_ => Ready(option))];
            text += $"| {(option.Length == 0 ? "cards probed" : option)} | {Point.Of("", 5, measured)} |\n";
        }
        return text + "\nMedians, in brackets the shortest and the longest.\n\n";
    }

    private static double[] Ask(int count, string load)
    {
        string program = typeof(Processes).Assembly.Location;
        ProcessStartInfo asked = new(
            "dotnet", [program, Memory, count.ToString(CultureInfo.InvariantCulture), load])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using Process process = Process.Start(asked)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. said.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))]
            : throw new InvalidOperationException($"the process of {count} experts ended with {process.ExitCode}");
    }

    private static double Ready(string option)
    {
        ProcessStartInfo serve = new(
            "./dualrs",
            [
                "serve", "--registry", "models/cifar10/routed.yaml", "--urls", "http://127.0.0.1:0",
                .. option.Length == 0 ? (string[])[] : [option],
            ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        long started = TimeProvider.System.GetTimestamp();
        using Process daemon = Process.Start(serve)!;
        double? seconds = null;
        while (seconds is null && daemon.StandardError.ReadLine() is { } line)
            if (line.Contains("ready after", StringComparison.Ordinal))
                seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        daemon.Kill();
        daemon.WaitForExit();
        return seconds ?? throw new InvalidOperationException("dualrs serve ended before it was ready");
    }

    private static double Resident() => Environment.WorkingSet / (double)(1 << 20);
}
