using System.Globalization;
using ClusterSimulation.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 120;
Scenario imagenet = new("ImageNet, nothing happens", 1000, 250, 10_000, 128) { Seconds = seconds };
Scenario bad = imagenet with { StragglingPart = .002, DeathEvery = 15, FreezeEvery = 15 };
Scenario cifar = new("CIFAR, nothing happens", 20_000, 500, 100_000, 128) { Seconds = seconds / 4 };
Scenario[] scenarios =
[
    imagenet,
    bad with { Name = "ImageNet, deaths, freezes, stragglers" },
    bad with { Name = "ImageNet, the same, nothing is asked twice", Hedges = false },
    bad with { Name = "ImageNet, the same, one range in 50 straggles", StragglingPart = .02 },
    imagenet with { Name = "ImageNet, 32 images a gateway", Images = 32 },
    imagenet with { Name = "ImageNet, windows of one", RangesPerLane = 1 },
    imagenet with { Name = "ImageNet, one image a gateway", Images = 1, Estimation = 100_000 },
    cifar,
    cifar with
    {
        Name = "CIFAR, deaths, freezes, stragglers", StragglingPart = .002, DeathEvery = 15, FreezeEvery = 15,
    },
];
Console.WriteLine(
    $"{Scenario.Hosts} hosts of {Scenario.GpusPerHost} GPUs, {Scenario.Gateways} gateways, {seconds} s measured "
    + $"(CIFAR {seconds / 4} s)");
Console.WriteLine();
Console.WriteLine(
    "| | GPU time that gave votes | worked | certificates | median s | p99 s | longest s | asks/s a gateway "
    + "| asked again | refused |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
long asks = 0;
foreach (Scenario scenario in scenarios)
{
    Result result = new Simulation(scenario).Run();
    Console.WriteLine(
        $"| {scenario.Name} | {result.Utilised:P1} | {result.Worked:P1} | {result.Images} | {result.Median:F2} "
        + $"| {result.P99:F2} | {result.Longest:F2} | {result.AsksPerSecond:F0} | {result.Again:P2} "
        + $"| {result.Refused} |");
    asks += result.Asks;
}
Console.WriteLine();
Console.WriteLine(
    $"{asks} asks, {Environment.CpuUsage.TotalTime.TotalMicroseconds / asks:F0} µs of this machine's CPU each, "
    + "dispatchers and simulated hosts together");
