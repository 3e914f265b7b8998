using System.Globalization;
using Router.Engine;
using Router.Experts.Cards;
using Router.Experts.Files;
using Router.Experts.Registry;
using Router.Training.Runs;

namespace Router.Training.Dual;

/// <summary>A routed system in a folder of its own: weights, cards and the registry that serves them.</summary>
internal static class ShippedSystem
{
    /// <summary>Copies the networks of a system, and writes <c>experts.yaml</c> last.</summary>
    /// <returns>The registry's path.</returns>
    /// <exception cref="TrainingFault">The registry that was written has faults.</exception>
    public static string Write(RegistryConfig system, string folder)
    {
        Directory.CreateDirectory(folder);
        string[] router = system.Router is { } network
            ? [$"router: {{ {Copy(network, folder)}, routes: [{string.Join(", ", network.Routes.Select(Quoted))}] }}"]
            : [];
        List<string> lines =
        [
            $"dataset: {system.Dataset}",
            .. router,
            "experts:",
            .. system.Experts.Select(expert => $"  - {{ {Copy(expert, folder)}{Pass(expert)} }}"),
            // A cascade is of all experts, the most noise first, at thresholds of one half, unless told otherwise.
            $"routing: {{ kind: {system.Routing.Kind} }}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"certification: {{ failureProbability: {system.Certification.FailureProbability}, selection: "
                + $"{system.Certification.Selection}, estimation: {system.Certification.Estimation} }}"),
        ];
        string path = Path.Combine(folder, "experts.yaml");
        WholeFile.WriteLines(path, lines);
        RegistryReading reading = RegistryReader.Read(path);
        return reading.Faults.Count == 0
            ? path
            : throw new TrainingFault($"{path} was written, but does not load: {string.Join("; ", reading.Faults)}");
    }

    // Checkpoint and card go under the network's id; the entry names what was copied.
    private static string Copy(NetworkConfig network, string folder)
    {
        string target = Path.Combine(folder, network.Id + (network.CheckpointPath.EndsWith(
            ".pth.tar", StringComparison.Ordinal) ? ".pth.tar" : Path.GetExtension(network.CheckpointPath)));
        File.Copy(network.CheckpointPath, target, overwrite: true);
        string card = network.CardPath ?? ModelCard.PathFor(network.CheckpointPath);
        if (File.Exists(card)) File.Copy(card, ModelCard.PathFor(target), overwrite: true);
        return $"id: {Quoted(network.Id)}, sigma: {network.Sigma.ToString(CultureInfo.InvariantCulture)}, "
            + $"architecture: {network.Architecture}, checkpoint: {Quoted(Path.GetFileName(target))}, input: "
            + $"{Layer(network.InputLayer)}, sha256: {Quoted(network.Sha256!)}";
    }

    private static string Pass(ExpertConfig expert) =>
        expert.Pass == default ? "" : string.Create(CultureInfo.InvariantCulture, $", pass: {expert.Pass.Theta}");

    private static string Layer(InputLayer layer) => layer switch
    {
        InputLayer.Standardize(
            var mean, var sd) => $"{{ standardize: {{ mean: {Numbers(mean)}, sd: {Numbers(sd)} }} }}",
        InputLayer.Center(var mean) => $"{{ center: {Numbers(mean)} }}",
        _ => "none",
    };

    private static string Numbers(ValueArray<float> values) =>
        $"[{string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";

    // Ids and names made of them hold letters, digits, '.', '_' and '-' alone; quoted, an id of digits stays text.
    private static string Quoted(string text) => $"\"{text}\"";
}
