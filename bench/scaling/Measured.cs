using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scaling.Bench;

/// <summary>What the gateway's process has used so far.</summary>
/// <param name="Cpu">Processor time.</param>
/// <param name="Bytes">Bytes over its open connections, both ways; null where <c>ss</c> is not installed.</param>
internal sealed partial record Measured(TimeSpan Cpu, long? Bytes)
{
    public static Measured Now()
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        return new(cpu, File.Exists("/usr/bin/ss") || File.Exists("/bin/ss") ? CountBytes() : null);
    }

    private static long CountBytes()
    {
        using Process sockets = Process.Start(new ProcessStartInfo("ss", ["-tniOpH"])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        string mine = $"pid={Environment.ProcessId},";
        long bytes = 0;
        while (sockets.StandardOutput.ReadLine() is { } line)
            if (line.Contains(mine, StringComparison.Ordinal))
                bytes += Counts().Matches(line).Sum(
                    count => long.Parse(count.Groups["bytes"].Value, CultureInfo.InvariantCulture));
        sockets.WaitForExit();
        return bytes;
    }

    [GeneratedRegex("bytes_(sent|received):(?<bytes>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Counts();
}
