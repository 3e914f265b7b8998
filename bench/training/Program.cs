using System.Diagnostics;
using System.Globalization;
using Router.Data;
using Router.Experts.Checkpoints;
using Router.Training.Runs;
using Training.Bench;

// Training.Bench.dll [threads = 1] [rounds = 5] [steps = 20] [checkpoint = models/cifar10/noise_0.50.safetensors]
const int Batch = 128, Copies = 2;
const double Sigma = .5;

int threads = Argument(0, 1), rounds = Argument(1, 5), steps = Argument(2, 20);
TrainingDevice.UseThreads(threads);
DataSet data = Shapes10.Open(Shapes10Split.Train);
int count = Batch * Math.Min(steps, data.Count / Batch);
using PlainLoop plain = new(data, count);
using OwnLoop own = new(data, count, Batch, Sigma, Precision.Float32);
using OwnLoop frozen = new(data, count, Batch, Sigma, Precision.Float32, CheckpointFile.Read(
    args.ElementAtOrDefault(3) ?? "models/cifar10/noise_0.50.safetensors"));
using OwnLoop shorter = new(data, count, Batch, Sigma, Precision.BFloat16);
(string Name, Action<int> Train)[] loops =
[
    ("plain", many => plain.Train(many, Batch, Sigma)), ("train", own.Train), ("train --freeze-norm", frozen.Train),
    ("train --precision bfloat16", shorter.Train),
];

// Kernels are made and memory is taken at first.
foreach ((_, Action<int> train) in loops) train(2);

Dictionary<string, List<double>> measured = loops.ToDictionary(loop => loop.Name, _ => new List<double>());
Console.WriteLine($"threads {threads}, {rounds} rounds of {steps} steps of {Batch} images × {Copies} copies");
Console.WriteLine("round\tloop\tcopies/CPU second\tcopies/second");
for (int round = 1; round <= rounds; round++)
    foreach ((string name, Action<int> train) in loops)
    {
        TimeSpan before = Process.GetCurrentProcess().UserProcessorTime;
        long begun = TimeProvider.System.GetTimestamp();
        train(steps);
        double busy = (Process.GetCurrentProcess().UserProcessorTime - before).TotalSeconds,
            elapsed = TimeProvider.System.GetElapsedTime(begun).TotalSeconds, copies = steps * Batch * Copies;
        measured[name].Add(copies / busy);
        Console.WriteLine($"{round}\t{name}\t{Text(copies / busy, "0")}\t{Text(copies / elapsed, "0")}");
    }

Console.WriteLine("median copies/CPU second, and times the plain loop's");
foreach ((string name, _) in loops)
    Console.WriteLine($"{name}\t{Text(Median(name), "0")}\t{Text(Median(name) / Median("plain"), "0.00")}");

double Median(string name) => measured[name].Order().ElementAt(measured[name].Count / 2);

int Argument(int place, int otherwise) =>
    args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;

static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
