using System.Globalization;
using Coverage.Bench;
using Router.Smoothing.Bounds;

const double FalseAlarm = 1e-6;
int runs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5000;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Experiment[] experiments = [.. FixedCounts.All, .. StoppingEarly.All, .. Adversaries.All];
Console.WriteLine($"α = {Worlds.Alpha}, {runs} certificates and {runs} of its control per experiment");
Console.WriteLine();
Console.WriteLine("| certificate | false | of α | control | false | of α | |");
Console.WriteLine("| --- | ---: | ---: | --- | ---: | ---: | --- |");
long begun = TimeProvider.System.GetTimestamp();
int faults = 0;
foreach (Experiment experiment in experiments)
{
    int wrong = 0, controlWrong = 0;
    for (int run = 0; run < runs; run++)
    {
        Outcome outcome = await experiment.RunAsync(run);
        if (outcome.Wrong) wrong++;
        if (outcome.ControlWrong) controlWrong++;
    }
    // The rate is above α, or the control's is not seen to be: either would be wrong with probability 1e-6 at most.
    bool holds = !IsAbove(wrong), seen = IsAbove(controlWrong);
    if (!holds || !seen) faults++;
    Console.WriteLine(
        $"| {experiment.Name} | {wrong} | {Share(wrong)} | {experiment.Control} | {controlWrong} "
        + $"| {Share(controlWrong)} | {(holds ? "holds" : "FALSE TOO OFTEN")}, control "
        + $"{(seen ? "caught" : "NOT CAUGHT")} |");
}
Console.WriteLine();
Console.WriteLine(
    $"{experiments.Length} experiments, {runs * experiments.Length} certificates and as many of controls, "
    + $"{faults} faults, {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:F0} s");
return faults == 0 ? 0 : 1;

bool IsAbove(int count) => ClopperPearson.Lower(count, runs, FalseAlarm).Value > Worlds.Alpha;

string Share(int count) => (count / (runs * Worlds.Alpha)).ToString("F2", CultureInfo.InvariantCulture);
