using System.Globalization;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Cards;
using Router.Experts.Files;
using Router.Experts.Registry;

namespace Router.Training.Dual;

/// <summary>
/// A routed system in a folder of its own: weights, cards and the registry that serves them. Files are named after what
/// is in them, so that one system takes another's place at once, with its registry.
/// </summary>
public static class ShippedSystem
{
    private const string FirstLine = "# written by dualrs train dual";

    /// <summary>Why a system cannot be written to a folder; null where it can.</summary>
    /// <param name="folder">
    /// It may be missing or empty, or hold a system that was written by this: nothing of anybody else is overwritten.
    /// </param>
    public static string? Objection(string folder) =>
        !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any() ? null
        : File.Exists(RegistryIn(folder)) && File.ReadLines(RegistryIn(folder)).FirstOrDefault() == FirstLine ? null
        : "it holds other files: choose an empty folder, or one that does not exist";

    /// <summary>
    /// Copies the networks of a system, writes <c>experts.yaml</c>, and removes what only the one before it named.
    /// </summary>
    /// <returns>The registry's path.</returns>
    /// <exception cref="BadInputException">The registry that was written has faults.</exception>
    internal static string Write(RegistryConfig system, string folder)
    {
        Directory.CreateDirectory(folder);
        string path = RegistryIn(folder);
        // Whatever ends the process between the first file and the last, the folder is known to be this one's.
        if (!File.Exists(path)) WholeFile.WriteLines(path, [FirstLine]);
        string[] before = FilesOf(RegistryReader.Read(path), folder);
        string[] router = system.Router is { } network
            ? [$"router: {{ {Copy(network, folder)}, routes: {Ids(network.Routes)} }}"]
            : [];
        string[] devices = Devices(system.Devices) is { } stated ? [$"devices: {stated}"] : [];
        List<string> lines =
        [
            FirstLine,
            $"dataset: {system.Dataset}",
            .. devices,
            .. router,
            "experts:",
            .. system.Experts.Select(expert => $"  - {{ {Copy(expert, folder)}{Pass(expert)} }}"),
            // Thresholds are one half unless told otherwise.
            $"routing: {{ kind: {system.Routing.Kind}{Order(system.Routing)} }}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"certification: {{ failureProbability: {system.Certification.FailureProbability}, selection: "
                + $"{system.Certification.Selection}, estimation: {system.Certification.Estimation}, resolution: "
                + $"{system.Certification.Resolution}{Failover(system)} }}"),
        ];
        WholeFile.WriteLines(path, lines);
        RegistryReading reading = RegistryReader.Read(path);
        if (reading.Faults.Count > 0)
            throw new BadInputException(
                $"{path} was written, but does not load: {string.Join("; ", reading.Faults)}");
        foreach (string unused in before.Except(FilesOf(reading, folder))) File.Delete(unused);
        return path;
    }

    private static string[] FilesOf(RegistryReading reading, string folder) =>
    [
        .. (reading.Config?.AllNetworks ?? [])
            .SelectMany(network => (string[])[network.CheckpointPath, ModelCard.PathFor(network.CheckpointPath)])
            .Where(file => Path.GetDirectoryName(file) == Path.GetFullPath(folder)),
    ];

    // Checkpoint and card go under the network's id and hash; the entry names what was copied.
    private static string Copy(NetworkConfig network, string folder)
    {
        string extension = network.CheckpointPath.EndsWith(".pth.tar", StringComparison.Ordinal) ? ".pth.tar"
            : Path.GetExtension(network.CheckpointPath);
        string target = Path.Combine(folder, $"{network.Id}-{network.Sha256![..8]}{extension}");
        WholeFile.Copy(network.CheckpointPath, target);
        string card = network.CardPath ?? ModelCard.PathFor(network.CheckpointPath);
        if (File.Exists(card)) WholeFile.Copy(card, ModelCard.PathFor(target));
        return $"id: {Quoted(network.Id)}, sigma: {network.Sigma.ToString(CultureInfo.InvariantCulture)}, "
            + $"architecture: {network.Architecture}, {(network.Mirror ? "mirror: true, " : "")}checkpoint: "
            + $"{Quoted(Path.GetFileName(target))}, input: "
            + $"{Layer(network.InputLayer)}, sha256: {Quoted(network.Sha256)}{Load(network)}";
    }

    /// <summary>Where networks may run and in which shape, as a registry says it; null where it need not.</summary>
    internal static string? Devices(DevicesConfig devices)
    {
        if (devices == new DevicesConfig()) return null;
        string use = devices.Auto ? "auto" : $"[{string.Join(", ", devices.Allowed.Select(device =>
            Mapping([$"name: {Quoted(device.Name)}", .. Shape(device.Memory, device.Dtype, device.Batch)])))}]";
        return Mapping([$"use: {use}", .. Shape(devices.Memory, devices.Dtype, devices.Batch)]);
    }

    private static string Mapping(IEnumerable<string> entries) => $"{{ {string.Join(", ", entries)} }}";

    private static IEnumerable<string> Shape(MemoryLimit? memory, ComputeType? dtype, int? batch)
    {
        if (memory is MemoryLimit.Share(var part))
            yield return string.Create(CultureInfo.InvariantCulture, $"memory: {part}");
        if (memory is MemoryLimit.Amount(var bytes))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"memory: {(bytes % (1 << 30) == 0 ? $"{bytes >> 30}GiB" : $"{bytes >> 20}MiB")}");
        if (dtype is { } type) yield return $"dtype: {type.ToString().ToLowerInvariant()}";
        if (batch is { } images) yield return string.Create(CultureInfo.InvariantCulture, $"batch: {images}");
    }

    private static string RegistryIn(string folder) => Path.Combine(folder, "experts.yaml");

    // In full: experts of one σ have no order of their own.
    private static string Order(RoutingConfig routing) =>
        routing is RoutingConfig.Cascade { Order: var order } ? $", order: {Ids(order)}" : "";

    private static string Failover(RegistryConfig system) =>
        system.Certification.Failover is FailoverConfig.Reroute(var alpha, var mixes)
            ? string.Create(CultureInfo.InvariantCulture, $", failover: {{ kind: reroute, failureProbability: {alpha}")
                + (mixes.Count == 0 ? "" : $", mixes: [{string.Join(", ", mixes.Select(mix => Ids(mix)))}]") + " }"
            : "";

    private static string Ids(IEnumerable<string> ids) => $"[{string.Join(", ", ids.Select(Quoted))}]";

    private static string Load(NetworkConfig network) =>
        network.Load == LoadPolicy.Start ? "" : $", load: {network.Load.ToString().ToLowerInvariant()}";

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
