using System.Globalization;
using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Votes.Bench;

namespace Growth.Bench;

/// <summary>A registry of any number of experts, all of one bundled network.</summary>
internal static class ManyExperts
{
    private const string Checkpoint = "models/cifar10/noise_0.25.safetensors";

    /// <summary>Experts of which one is asked, e1, or a router that is sure of it.</summary>
    /// <param name="folder">Where its files are written.</param>
    /// <param name="count">How many.</param>
    /// <param name="routed">Whether there is a router.</param>
    /// <param name="load">start or lazy.</param>
    /// <param name="threads">Of a pass.</param>
    public static LoadedRegistry Load(string folder, int count, bool routed, string load, int threads)
    {
        string path = Path.Combine(folder, string.Create(
            CultureInfo.InvariantCulture, $"{count}.{(routed ? "routed" : "fixed")}.{load}.yaml"));
        string[] ids = [.. Enumerable.Range(1, count).Select(k => $"e{k}")];
        List<string> lines = ["dataset: cifar10"];
        if (routed)
        {
            string router = Path.ChangeExtension(path, "safetensors");
            SafeTensors.Write(router, SureRouter(count));
            lines.AddRange(
            [
                "router:", $"  checkpoint: {router}", "  architecture: cifar_resnet20", "  sigma: 1.0",
                "  input: standardize", $"  routes: [{string.Join(", ", ids)}]", "routing: { kind: mostVoted }",
            ]);
        }
        else
        {
            lines.Add("routing: { kind: fixed, expert: e1 }");
        }
        lines.Add("experts:");
        lines.AddRange(ids.Select(id => $"  - {{ id: {id}, sigma: 0.25, architecture: cifar_resnet20, load: {load}, "
            + $"checkpoint: {Path.GetFullPath(Checkpoint)}, input: standardize }}"));
        File.WriteAllLines(path, lines);
        RegistryReading reading = RegistryReader.Read(path);
        return new RegistryLoader(Machine.Detect(threads)).Load(
            reading.Config ?? throw new InvalidDataException(string.Join('\n', reading.Faults)));
    }

    // The network of an expert with another last layer, which answers the first route whatever it sees.
    private static IEnumerable<NamedTensor> SureRouter(int routes)
    {
        float[] bias = new float[routes];
        bias[0] = 10;
        ResNetPlan plan = ResNetPlan.Cifar("cifar_resnet20", 3, "cifar10", 32, routes);
        byte[] weight = new byte[sizeof(float) * plan.Features * routes];
        return
        [
            .. CheckpointFile.Read(Checkpoint).Tensors.Values
                .Where(tensor => !tensor.Name.StartsWith("fc.", StringComparison.Ordinal)),
            new("fc.weight", ElementType.Float32, [routes, plan.Features], weight),
            new("fc.bias", ElementType.Float32, [routes],
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(bias.AsSpan()).ToArray()),
        ];
    }
}
