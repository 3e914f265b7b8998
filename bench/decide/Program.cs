using System.Globalization;
using Decide.Bench;
using Router.Data;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using TorchSharp;

// Decide.Bench.dll CIFAR10-FOLDER [images = 100] [of them by eager loops = 20] [threads = 2] [log = decide.tsv]
//   [of them asked for the radius = images]
if (args.Length == 0)
{
    Console.Error.WriteLine("where is cifar-10-batches-bin? `dualrs data info` says");
    return 2;
}
int images = Number(1, 100), eagerImages = Number(2, 20), threads = Number(3, 2);
string log = args.ElementAtOrDefault(4) ?? "decide.tsv";
int askedForRadius = Number(5, images);
double[] radii = [.25, .5, 1];

// Who decides a radius alone: the single expert that certifies most images at it (docs/results/curve.md).
string Best(double radius) => radius <= .25 ? "s025" : radius <= .5 ? "s050" : "s100";

NativeTorch.UseThreads(threads);
torch.random.manual_seed(1);
long begun = TimeProvider.System.GetTimestamp();
using LoadedRegistry routed = Load("models/cifar10/routed.yaml"), cascade = Load("models/cifar10/small.yaml"),
    standard = Load("experts.yaml");
Console.WriteLine($"three registries loaded in {Seconds(begun):0.0} s; {threads} threads");
DataSet data = Cifar10.Open(args[0], Cifar10Split.Test);

Dictionary<string, EagerCohen> eager = [];
int? batch = null;
foreach (string id in radii.Select(Best).Distinct())
{
    ExpertConfig expert = routed.Config.Experts.Single(one => one.Id == id);
    eager[id] = new(expert.CheckpointPath, expert.Sigma, batch ??= Batch(expert));
}
Dictionary<string, RoutedClassifier> single = Alone(routed);
RoutedClassifier byRouter = RegisteredMix.Deployed(routed), inTurn = RegisteredMix.Deployed(cascade),
    wide = RegisteredMix.Deployed(standard);

// What decides a radius; null asks for the radius itself, within .05 σ, for which the loop with looks has no use.
const string Looks = "looks at 100, 1 000, 10 000, eager";
(string Name, bool IsEager, Deciding Decide, Dictionary<string, RoutedClassifier>? Alone)[] systems =
[
    ("CERTIFY, eager, n = 10 000", true, (image, radius) =>
        Task.FromResult(eager[Best(radius ?? .5)].Certify(image.Image)), null),
    (Looks, true, (image, radius) =>
        Task.FromResult(eager[Best(radius!.Value)].Decide(image.Image, radius.Value)), null),
    ("one expert", false, (image, radius) => Ours(single[Best(radius ?? .5)], image, radius), null),
    ("routed", false, (image, radius) => Ours(byRouter, image, radius), single),
    ("cascade", false, (image, radius) => Ours(inTurn, image, radius), Alone(cascade)),
    ("cascade, default", false, (image, radius) => Ours(wide, image, radius), Alone(standard)),
];

List<Decision> decisions = [];
using StreamWriter rows = new(log);
rows.WriteLine("image\tradius\tsystem\tcertified\tproved\tsamples\tseconds");
int step = data.Count / images, turn = 0;
foreach (int warm in (int[])[0, 1])
    for (int place = 0; place < images; place++)
        foreach (double? radius in (double?[])[.. radii.Select(radius => (double?)radius), null])
        {
            // Kernels are made and memory is taken at first.
            if (warm == 0 && place > 0) continue;
            if (radius is null && place * askedForRadius % images >= askedForRadius) continue;
            LabelledImage image = data.Read(place * step);
            turn++;
            for (int k = 0; k < systems.Length; k++)
            {
                // They take turns, each first as often as the others.
                (string name, bool isEager, Deciding decide, Dictionary<string, RoutedClassifier>? alone) =
                    systems[(k + turn) % systems.Length];
                if (isEager && place * eagerImages % images >= eagerImages) continue;
                if (radius is null && name == Looks) continue;
                // Ours shares images among threads, and eager TorchSharp each operation.
                NativeTorch.UseThreads(isEager ? threads : 1);
                Answered routing = await Timed(name, decide);
                // What it would have cost to know who answers.
                if (routing.Expert is { } expert && alone is not null)
                    await Timed(DecisionTable.Alone(name), (image, radius) => Ours(alone[expert], image, radius));
            }

            async Task<Answered> Timed(string name, Deciding decide)
            {
                long started = TimeProvider.System.GetTimestamp();
                Answered answer = await decide(image, radius);
                double seconds = Seconds(started);
                if (warm == 0) return answer;
                bool certified = answer.Class == image.Label && answer.Radius >= (radius ?? double.Epsilon);
                decisions.Add(new(image.Index, radius, name, certified, answer.Radius, answer.Samples, seconds));
                rows.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{image.Index}\t{radius}\t{name}\t{certified}\t{answer.Radius:0.####}\t{answer.Samples}"
                    + $"\t{seconds:0.####}"));
                rows.Flush();
                return answer;
            }
        }
DecisionTable.Write(decisions, [.. systems.Select(system => system.Name)], Console.Out);
DecisionTable.WriteRouting(
    decisions, [.. systems.Where(system => system.Alone is not null).Select(system => system.Name)], Console.Out);
return 0;

Dictionary<string, RoutedClassifier> Alone(LoadedRegistry registry) =>
    registry.Experts.ToDictionary(expert => expert.Id, expert => RegisteredMix.Single(registry, expert.Id));

// The best of some batch sizes: what somebody who cares would find.
int Batch(ExpertConfig expert)
{
    Image8 image = data.Read(0).Image;
    (int Batch, double Seconds)[] tried = [.. new[] { 50, 100, 200, 400, 1_000 }.Select(batch =>
    {
        using EagerCohen probe = new(expert.CheckpointPath, expert.Sigma, batch);
        NativeTorch.UseThreads(threads);
        probe.Draw(image, batch);
        long started = TimeProvider.System.GetTimestamp();
        probe.Draw(image, 1_000);
        return (batch, Seconds(started));
    })];
    Console.WriteLine(
        $"eager {expert.Id}: {string.Join(", ", tried.Select(one => $"batch {one.Batch} {one.Seconds:0.0} s"))}");
    return tried.MinBy(one => one.Seconds).Batch;
}

async Task<Answered> Ours(RoutedClassifier classifier, LabelledImage image, double? radius)
{
    SampleCounts counts = new(100, 10_000);
    StoppingRules rules = radius is { } target ? new() { Target = target } : new() { Resolution = .05 };
    Certificate certificate = await classifier.CertifyAsync(
        image.Image.ToInput(), new(SamplingPlan.Adaptive(counts, counts, rules), .001), SeedSource.FromCaller(1));
    return new(certificate.Class, certificate.Radius, certificate.SamplesDrawn, certificate.Expert?.Id);
}

// In the fastest format that the networks' cards and this processor allow, as the default registry says.
LoadedRegistry Load(string path)
{
    RegistryReading reading = RegistryReader.Read(path);
    RegistryConfig config = reading.Config ?? throw new InvalidDataException(string.Join('\n', reading.Faults));
    return new RegistryLoader(Machine.Detect(threads)).Load(
        config with { Devices = config.Devices with { Dtype = ComputeType.Auto } });
}

int Number(int place, int otherwise) =>
    args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;

static double Seconds(long since) => TimeProvider.System.GetElapsedTime(since).TotalSeconds;
