using System.Security.Cryptography;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Smoothing;

namespace Replay.Bench;

/// <summary>
/// A recording as what <c>dualrs certify --all</c> writes at the same seed: a log and counts of every expert, counts of
/// the router. Small enough to keep.
/// </summary>
internal static class RecordedPass
{
    // Nobody waited for a network: certificates from a recording took no time worth telling.
    private sealed class StillClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">What <c>dualrs votes</c> wrote: one router, and its experts.</param>
    /// <param name="data">The folder of CIFAR-10's binary version.</param>
    /// <param name="registry">The registry that the networks were loaded from.</param>
    /// <param name="output">The folder to write.</param>
    public static async Task WriteAsync(string folder, string data, string registry, string output)
    {
        VoteRecording[] recordings = [.. Directory.GetFiles(folder, "*.votes").Select(path => VoteRecording.Open(
            folder, Path.GetFileNameWithoutExtension(path))).OrderBy(recording => recording.Terms.Stream)];
        RecordingTerms first = recordings[0].Terms;
        SampleCounts counts = new(100, first.Draws - 100);
        PassMember[] members = [.. recordings.Select(recording => new PassMember(
            recording.Terms.Network, new RecordedVoter(recording, counts.Selection),
            recording.Terms.Stream == 0 ? null : (int)recording.Terms.Stream - 1, "recorded"))];
        CertificationPlan plan = new(counts, counts, Recordings.Alpha);
        Cifar10 images = Cifar10.Open(data, Cifar10Split.Test);
        int skip = first.Images[1].Index - first.Images[0].Index;
        PassTerms terms = PassTerms.Of(
            new(images.Name, images.Count, skip, first.Images[^1].Index), (Path.GetFileName(registry),
                Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(registry)))),
            first.Seed, plan, members);
        using Pass pass = Pass.Open(
            output, terms, members, plan, _ => SeedSource.FromCaller(first.Seed), new StillClock());
        await pass.RunAsync(images, inFlight: 1, progress: null,
            new((_, fault) => throw new InvalidDataException(fault)), default);
    }
}
