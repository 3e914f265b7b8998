using System.Collections.Immutable;
using System.Globalization;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Votes;
using Scaling.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
TimeProvider clock = TimeProvider.System;
if (args is ["worker", var file, var speed, var image])
{
    StubVoter voter = new(double.Parse(speed, CultureInfo.InvariantCulture));
    ImmutableArray<int> shape = [.. image.Split(',').Select(int.Parse)];
    await using ClusterHost member = await ClusterHost.JoinAsync(
        Gateway.Settings(file, "worker"),
        [new(new(voter.FunctionId, StubVoter.Outcomes, shape, 50), "stub", voter.Sigma, "stub", 1, voter)],
        CancellationToken.None);
    await Console.In.ReadToEndAsync();
    return;
}

double seconds = args.Length > 0 ? double.Parse(args[0]) : 30, rate = args.Length > 1 ? double.Parse(args[1]) : 1000;
int most = args.Length > 2 ? int.Parse(args[2]) : 16;
ImmutableArray<int> cifar = [3, 32, 32], imagenet = [3, 224, 224];
Console.WriteLine(
    $"{Environment.ProcessorCount} processors, load average {Load()} before; a worker gives {rate} votes/s");
Console.WriteLine();
Console.WriteLine("| a range that takes no time | asks | p50 ms | p90 ms | p99 ms |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
foreach ((string name, ImmutableArray<int> shape) in ((string, ImmutableArray<int>)[])
    [("3 x 32 x 32, 3 KB", cifar), ("3 x 224 x 224, 150 KB", imagenet)])
{
    await using Gateway gateway = await new Gateway
    {
        Workers = 1, SamplesPerSecond = double.PositiveInfinity, Shape = shape,
    }.StartAsync();
    const int Compiling = 300;
    List<double> took = [];
    long number = 0, begun = 0;
    while (number <= Compiling || clock.GetElapsedTime(begun).TotalSeconds < seconds)
    {
        long asked = clock.GetTimestamp();
        await gateway.VoteAsync(number++, 50);
        if (number == Compiling) begun = clock.GetTimestamp();
        if (number > Compiling) took.Add(clock.GetElapsedTime(asked).TotalMilliseconds);
    }
    took.Sort();
    Console.WriteLine(
        $"| {name} | {took.Count} | {took[took.Count / 2]:F2} | {took[took.Count * 9 / 10]:F2} "
        + $"| {took[took.Count * 99 / 100]:F2} |");
}
Console.WriteLine();
Console.WriteLine(
    "| workers | votes/s | of what they give | of so many times one | ranges | asked again | "
    + "gateway CPU a range, µs | KB a certificate | load average |");
Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
const long Samples = 10_000;
double one = 0;
for (int workers = 1; workers <= most; workers *= 2)
{
    await using Gateway gateway = await new Gateway
    {
        Workers = workers, SamplesPerSecond = rate, Shape = imagenet,
    }.StartAsync();
    // Before anybody has voted a range is a single batch, as small as one can be.
    await Task.WhenAll(Enumerable.Range(0, 2 * workers).Select(i => gateway.VoteAsync(-1 - i, 100)));
    using CancellationTokenSource over = new();
    long images = 0;
    Task[] asking =
    [
        .. Enumerable.Range(0, 4 * workers).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                VoteCounts votes = await gateway.VoteAsync(Interlocked.Increment(ref images), Samples);
                if (votes.Total != Samples) throw new InvalidOperationException($"{votes.Total} votes");
            }
        })),
    ];
    await Task.Delay(TimeSpan.FromSeconds(5));
    Measured before = Measured.Now();
    (PoolCounters asked, long voted) = Status(gateway);
    long begun = clock.GetTimestamp();
    await Task.Delay(TimeSpan.FromSeconds(seconds));
    double elapsed = clock.GetElapsedTime(begun).TotalSeconds;
    (PoolCounters now, long more) = Status(gateway);
    Measured after = Measured.Now();
    double votesPerSecond = (more - voted) / elapsed;
    if (workers == 1) one = votesPerSecond;
    long ranges = now.Asks - asked.Asks;
    // By samples: few certificates end meanwhile.
    double whole = (more - voted) / (double)Samples;
    string kilobytes =
        after.Bytes is { } end && before.Bytes is { } start ? $"{(end - start) / 1000.0 / whole:F0}" : "";
    Console.WriteLine(
        $"| {workers} | {votesPerSecond:F0} | {votesPerSecond / workers / rate:P1} "
        + $"| {votesPerSecond / workers / one:P1} | {ranges} "
        + $"| {(now.Hedges - asked.Hedges + now.Audits - asked.Audits) / (double)ranges:P2} "
        + $"| {(after.Cpu - before.Cpu).TotalMicroseconds / ranges:F0} | {kilobytes} | {Load()} |");
    over.Cancel();
    await Task.WhenAll(asking);
}

static (PoolCounters Counters, long Voted) Status(Gateway gateway)
{
    PoolStatus status = gateway.Pool.Status;
    return (status.Counters, status.Workers.Sum(worker => worker.Voted));
}

static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
