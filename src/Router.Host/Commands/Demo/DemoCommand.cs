using System.CommandLine;
using System.Globalization;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Host.Cli;
using Router.Host.Commands.Certify;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands.Demo;

/// <summary><c>dualrs demo</c>: the main job on real images, a line per image as it is certified.</summary>
internal static class DemoCommand
{
    private const int DefaultImages = 20;
    private const int DefaultEstimation = 1000;

    public static Command Create(Surroundings surroundings)
    {
        Command command = new("demo", "Routes and certifies CIFAR-10 test images with the bundled experts.");
        Option<int> images = new("--images") { Description = "How many images.", DefaultValueFactory = _ => DefaultImages };
        Option<int> estimation = new("--n", "--N") { Description = "Samples that bound a probability.", DefaultValueFactory = _ => DefaultEstimation };
        Option<ulong?> seed = new("--seed") { Description = "Repeat the noise of this seed (default: a fresh secret)." };
        images.Validators.Add(Cli.Range.AtLeast<int>(1));
        estimation.Validators.Add(Cli.Range.AtLeast<int>(12));
        foreach (Option option in (Option[])[images, estimation, seed])
            command.Options.Add(option);
        MixOption mix = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using Workbench bench = await Workbench.OpenAsync(registry.Read(parsed), expert: null, surroundings, cancellationToken, mix.Read(parsed));
            Show(bench, surroundings);
            DataSet data = Open(bench, parsed.GetValue(images), surroundings);
            SampleCounts counts = new(bench.Registry.Config.Certification.Selection, parsed.GetValue(estimation));
            CertificationPlan plan = new(counts, counts, (double)bench.Registry.Config.Certification.FailureProbability);
            SeedSource seeds = parsed.GetValue(seed) is { } number ? SeedSource.FromCaller(number) : new(surroundings.FreshSecret(), SeedOrigin.Server);
            CertifyRun run = new(bench.Classifier, plan, seeds, surroundings.Clock);
            int step = Math.Max(1, data.Count / parsed.GetValue(images));
            List<CertifiedImage> done = [];
            surroundings.Out.WriteLine(Line("image", "true class", "route", "σ", "class", "radius", "seconds", " "));
            foreach (int index in Enumerable.Range(0, data.Count).Where(index => index % step == 0).Take(parsed.GetValue(images)))
            {
                CertifiedImage image = await run.CertifyAsync(data.Read(index), progress: null, cancellationToken);
                done.Add(image);
                surroundings.Out.WriteLine(Describe(image, data));
            }
            Total(done, seeds.Origin, surroundings);
            return ExitCode.Done;
        });
        return command;
    }

    private static DataSet Open(Workbench bench, int images, Surroundings surroundings)
    {
        if (DataSets.Find(bench.Registry.Config.Dataset, "test", surroundings) is { } data) return data;
        string where = DataSetKind.Find(bench.Registry.Config.Dataset) is { } kind
            ? DataSets.LocationOf(kind, surroundings).ToString()
            : bench.Registry.Config.Dataset;
        surroundings.Out.MarkupLine($"[yellow]{Markup.Escape(where)}.[/]");
        surroundings.Out.MarkupLine("[yellow]Going on with rendered patterns: they have no true class, and their certificates show the mechanism only.[/]");
        return new Patterns(images);
    }

    private static void Show(Workbench bench, Surroundings surroundings)
    {
        surroundings.Out.MarkupLine($"[grey]libtorch {bench.Registry.Networks.First().Properties["libtorch"]}, {Markup.Escape(bench.Registry.Networks.First().Properties["device"])}[/]");
        foreach (Router.Experts.Loading.Expert network in bench.Registry.Networks)
            surroundings.Out.MarkupLine($"[grey]{network.Id,-8} σ {network.Config.Sigma,-5} {network.Config.Architecture} on {network.Device}[/]");
    }

    private static string Describe(CertifiedImage image, DataSet data)
    {
        string Name(int label) => label < data.LabelNames.Count ? data.LabelNames[label] : $"class {label}";
        Certificate certificate = image.Certificate;
        string verdict = image.Image.Label is not { } label ? " " : certificate.Class is not { } answer ? "-" : answer == label ? "+" : "x";
        return Line(
            image.Image.Index.ToString(CultureInfo.InvariantCulture),
            image.Image.Label is { } truth ? Name(truth) : "-",
            image.Route.Length > 0 ? image.Route : "abstain",
            certificate.Expert?.Sigma.ToString(CultureInfo.InvariantCulture) ?? "",
            certificate.Class is { } predicted ? (data.LabelNames.Count > 0 ? Name(predicted) : $"class {predicted}") : "abstain",
            TowardZero.Text(certificate.Radius, 3),
            image.Elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture),
            verdict);
    }

    private static string Line(string image, string truth, string route, string sigma, string predicted, string radius, string seconds, string verdict) =>
        $"{image,6}  {truth,-11} {route,-8} {sigma,5}  {predicted,-11} {radius,7} {seconds,8} {verdict}";

    private static void Total(List<CertifiedImage> done, SeedOrigin origin, Surroundings surroundings)
    {
        double seconds = done.Sum(image => image.Elapsed.TotalSeconds);
        long drawn = done.Sum(image => image.Certificate.SamplesDrawn);
        surroundings.Out.WriteLine($"{done.Count} images, {drawn} votes in {seconds:0.0} s: {drawn / seconds:0} votes/s");
        LogRow[] rows = [.. done.Where(image => image.Image.Label is not null).Select(image => image.ToRow(origin))];
        if (rows.Length > 0)
            surroundings.Out.Write(AccuracyTable.Of(rows));
    }
}
