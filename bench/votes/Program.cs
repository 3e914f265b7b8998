using System.Globalization;
using Router.Engine.LibTorch;
using Votes.Bench;

// Votes.Bench.dll [networks] [rounds = 7] [seconds a turn = 10] [threads = 2] [log = votes.tsv] [page]
string[] networks = (args.ElementAtOrDefault(0) ?? "cifar_resnet20,cifar_resnet110,resnet50").Split(',');
int rounds = (int)Number(1, 7), threads = (int)Number(3, 2);
double seconds = Number(2, 10);
string log = args.ElementAtOrDefault(4) ?? "votes.tsv";
if (networks.FirstOrDefault(name => ResNetPlan.Find(name) is null) is { } unknown)
{
    Console.Error.WriteLine($"there is no network '{unknown}': cifar_resnet20, cifar_resnet110, resnet50");
    return 2;
}

NativeTorch.UseThreads(threads);
string folder = Directory.CreateTempSubdirectory("votes-bench-").FullName;
using StringWriter page = new();
page.WriteLine($"{ResultsPage.Origin(threads)} ONNX Runtime "
    + $"{Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString()}. Medians of {rounds} rounds; ratios are of "
    + "medians, with the smallest and the largest of a round.\n");
using StreamWriter rows = new(log);
rows.WriteLine("network\tsystem\tformat\tbatch\tround\twork\tseconds\tprocessor_seconds");
try
{
    using MatrixProduct product = new();
    foreach (ResNetPlan plan in networks.Select(name => ResNetPlan.Find(name)!))
    {
        int[] batches = plan.Side > 100 ? [4, 8, 16, 32] : [16, 32, 64, 128, 256];
        List<Turn> turns = new Race(plan, batches, seconds, Console.Error, threads)
            .Run(Contestant.Of(plan, folder, threads), product, rounds);
        foreach (Turn turn in turns)
            rows.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{turn.Network}\t{turn.System}\t{turn.Format}\t{turn.Batch}\t{turn.Round}\t{turn.Timing.Work:0}\t"
                + $"{turn.Timing.Seconds:0.####}\t{turn.Timing.ProcessorSeconds:0.####}"));
        rows.Flush();
        VotesTable.Write(plan, turns, page);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}
Console.WriteLine(page);
if (args.ElementAtOrDefault(5) is { } file) ResultsPage.Fill(file, "votes", page.ToString());
return 0;

double Number(int place, double otherwise) =>
    args.Length > place ? double.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;
