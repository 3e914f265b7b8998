using System.Globalization;
using Growth.Bench;
using Router.Engine.LibTorch;
using Votes.Bench;

// Growth.Bench.dll [parts = all] [seconds a measurement = 5] [rounds = 5] [n = 2000] [threads = 2] [page]
const string Every = "experts,batch,side,flight,images,memory,start,plan";

string folder = Directory.CreateTempSubdirectory("growth-bench-").FullName;
try
{
    if (args is [Processes.Memory, var count, var load])
    {
        Processes.SayMemory(folder, int.Parse(count, CultureInfo.InvariantCulture), load, threads: 2);
        return 0;
    }
    string[] parts = (args.ElementAtOrDefault(0) is { } written and not "all" ? written : Every).Split(',');
    double seconds = Number(1, 5);
    int rounds = (int)Number(2, 5), samples = (int)Number(3, 2000), threads = (int)Number(4, 2);
    if (parts.FirstOrDefault(part => !Every.Split(',').Contains(part)) is { } unknown)
    {
        Console.Error.WriteLine($"there is no part '{unknown}': {Every}");
        return 2;
    }
    NativeTorch.UseThreads(threads);
    Requests requests = new(folder, samples, rounds, threads);
    VoteCosts votes = new(folder, seconds, rounds, threads);
    string? page = args.ElementAtOrDefault(5);
    string? charts = Path.ChangeExtension(page, null);
    string text = $"{ResultsPage.Origin(threads)}\n\n";
    foreach (string part in parts)
    {
        Console.Error.WriteLine(part);
        string found = part switch
        {
            "experts" => Shown(requests.Registered(1, 2, 4, 8, 16, 32)),
            "batch" => Shown(votes.Batches()),
            "side" => Shown(votes.Sides()),
            "flight" => Shown(requests.InFlight(1, 2, 4, 8, 16, 32, 64)),
            "images" => Shown(requests.Images()),
            "memory" => Processes.MemoryOfExperts(rounds) is var (resident, loading)
                ? Shown(resident) + Shown(loading) : "",
            "start" => Processes.StartUp(rounds),
            _ => PlanCost.ToMarkdown(new PlanCost(rounds).Measure()),
        };
        Console.Write(found);
        text += found;
    }
    if (page is not null) ResultsPage.Fill(page, "growth", text);
    return 0;

    string Shown(Growing growing)
    {
        if (charts is not null) GrowthChart.Write(growing, charts);
        return growing.ToMarkdown(Path.GetFileName(charts));
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

double Number(int place, double otherwise) =>
    args.Length > place ? double.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;
