using System.Globalization;
using Growth.Bench;
using Quick.Bench;
using Router.Engine.LibTorch;
using Votes.Bench;

// Quick.Bench.dll [write] [seconds a turn = 3]
const string Kept = "bench/quick/ratios.tsv";
const int Threads = 2, Rounds = 3, Samples = 1000;

bool write = args.Contains("write");
double seconds = args.Select(arg => double.TryParse(arg, CultureInfo.InvariantCulture, out double number) ? number : 0)
    .FirstOrDefault(number => number > 0, 3);
NativeTorch.UseThreads(Threads);
string folder = Directory.CreateTempSubdirectory("quick-bench-").FullName;
List<Ratio> found;
try
{
    found = Measure();
}
finally
{
    Directory.Delete(folder, recursive: true);
}
List<Ratio> kept = Ratios.Read(Kept);
int worse = 0;
Console.WriteLine(ResultsPage.Origin(Threads));
Console.WriteLine("\n| ratio, by processor time | kept | now | accepted | |\n| --- | ---: | ---: | ---: | --- |");
foreach (Ratio now in found)
{
    Ratio? before = kept.Find(one => one.Processor == now.Processor && one.Name == now.Name);
    bool isWorse = before?.IsWorse(now.Value) ?? false;
    worse += isWorse ? 1 : 0;
    string limit = before is null ? "" : $"{(before.More ? "≥" : "≤")} {Text(before.Limit)}";
    Console.WriteLine($"| {now.Name} | {Text(before?.Value)} | {Text(now.Value)} | {limit} "
        + $"| {(before is null ? "none kept" : isWorse ? "worse" : "")} |");
}
if (write)
{
    Ratios.Write(Kept, kept.Where(one => one.Processor != found[0].Processor).Concat(found));
    Console.WriteLine($"\nwritten to {Kept}, for {found[0].Processor} processors");
    return 0;
}
if (!kept.Exists(one => one.Processor == found[0].Processor))
{
    Console.Error.WriteLine(
        $"{Kept} has no line for {found[0].Processor} processors: `write` makes them, on a quiet machine");
    return 2;
}
Console.WriteLine($"\n{worse} of {found.Count} are worse than accepted");
return worse > 0 ? 1 : 0;

List<Ratio> Measure()
{
    string processor = Ratios.Class;
    ResNetPlan plan = ResNetPlan.Find("cifar_resnet20")!;
    using MatrixProduct product = new();
    List<Turn> turns = new Race(plan, [128], seconds, TextWriter.Null, Threads)
        .Run(Contestant.Of(plan, folder, Threads), product, Rounds);
    double Rate(string system, string format) => Timing.Median(turns
        .Where(turn => turn.System == system && turn.Format == format)
        .Select(turn => turn.Timing.ProcessorRate).DefaultIfEmpty());
    double votes = Rate(Contestant.Ours, "float32"), integers = Rate(Contestant.Ours, "int8");
    List<Ratio> ratios =
    [
        More("votes, float32 / eager TorchSharp", votes / Rate(Contestant.Eager, "float32")),
        More("votes, float32 / ONNX Runtime", votes / Rate(Contestant.Onnx, "float32")),
        More("votes, float32 / matrix product", votes * plan.Operations / Rate("matrix product", "float32")),
        More("votes, bfloat16 / float32", Rate(Contestant.Ours, "bfloat16") / votes),
    ];
    if (integers > 0) ratios.Add(More("votes, int8 / float32", integers / votes));
    Requests requests = new(folder, Samples, Rounds, Threads);
    Growing registered = requests.Registered(1, 2, 32), inFlight = requests.InFlight(1, 16);
    ratios.Add(Less("a certificate with 32 experts registered / 1",
        Of(registered, $"{Requests.One}, {Requests.Processor}", 32, 1)));
    ratios.Add(Less("a routed certificate with 32 experts registered / 2",
        Of(registered, $"{Requests.Routed}, {Requests.Processor}", 32, 2)));
    ratios.Add(Less("a certificate with 16 in flight / 1", Of(inFlight, Requests.Processor, 16, 1)));
    IEnumerable<PlanCost.Row> plans = new PlanCost(Rounds).Measure();
    foreach (PlanCost.Row row in plans.Where(row => row.Plan.StartsWith("r =", StringComparison.Ordinal)))
        ratios.Add(new(processor, $"a decision of the plan, {row.System} / a vote in float32",
            row.Micros.Value / row.Decisions * votes / 1e6, Margin: .5, More: false));
    return ratios;

    Ratio More(string name, double value) => new(processor, name, value, Margin: .15, More: true);
    Ratio Less(string name, double value) => new(processor, name, value, Margin: .25, More: false);
}

static double Of(Growing growing, string series, double over, double under)
{
    double At(double x) => growing.Points.Single(point => point.Series == series && point.X == x).Value;
    return At(over) / At(under);
}

static string Text(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";
