using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary><c>dualrs demo</c>: the main job on real images, a line per image as it is certified.</summary>
internal static class DemoCommand
{
    private const int DefaultImages = 20;
    private const int DefaultEstimation = 1000;

    // Rows come one at a time: as wide as the longest names of CIFAR-10.
    private static readonly TextTable Images = new(
        TextColumn.Number("image"), TextColumn.Whole("true class") with { Least = 10 },
        TextColumn.Whole("route") with { Least = 7 }, TextColumn.Number("σ") with { Least = 4 },
        TextColumn.Whole("class") with { Least = 10 }, TextColumn.Number("radius"), TextColumn.Number("seconds"),
        TextColumn.Whole(""));

    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("demo", "Routes and certifies test images with the bundled experts: CIFAR-10 where it is, else the "
                + "embedded Shapes10.");
        Option<int> images = command.Option("--images", "How many images.", DefaultImages, Accepted.AtLeast(1));
        Option<int> estimation = command.Option(
            "--n --N", "Samples that bound a probability.", DefaultEstimation, Accepted.Samples);
        Option<ulong?> seed = command.Option<ulong?>(
            "--seed", "Repeat the noise of this seed (default: a fresh secret).");
        RadiiOption radii = new(command);
        MixOption mix = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ImmutableArray<double> columns = radii.Read(parsed);
            RegistryRequest request = Embedded(registry.Read(parsed), surroundings);
            RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
            string[]? asked = mix.Read(parsed);
            Deployment.CheckAsked(config, expert: null, asked);
            SampleCounts counts = new(config.Certification.Selection, parsed.GetValue(estimation));
            CertificationPlan plan = SamplingOptions.Checked(
                new(counts, counts, (double)config.Certification.FailureProbability),
                RegisteredMix.Described(config, expert: null, asked));
            DataSet data = DataSets.OpenFor(config, config.Dataset, "test", surroundings);
            using Deployment deployed = await Deployment.LoadAsync(
                config, request, expert: null, surroundings, cancellationToken, asked);
            Show(deployed, surroundings);
            SeedSource seeds = surroundings.Seeds(parsed.GetValue(seed));
            CertifyRun run = new(deployed.Classifier, plan, seeds, surroundings.Clock);
            int step = Math.Max(1, data.Count / parsed.GetValue(images));
            int[] indices =
                [.. Enumerable.Range(0, data.Count).Where(index => index % step == 0).Take(parsed.GetValue(images))];
            List<CertifiedImage> done = [];
            Images.WriteHead(surroundings.Out);
            foreach (int index in indices)
            {
                CertifiedImage image = await run.CertifyAsync(data.Read(index), cancellationToken);
                done.Add(image);
                Images.WriteRow(surroundings.Out, Describe(image, data));
            }
            Total(done, surroundings);
            LogRow[] rows = [.. done.Where(image => image.Image.Label is not null)
                .Select(image => image.ToRow(seeds.Origin))];
            if (deployed.Registry.Experts.Length > 1)
            {
                AccuracyTable.Summarize(surroundings.Out, rows);
                await SingleExperts.CompareAsync(
                    deployed, data, indices, rows, plan, seeds, columns, surroundings, cancellationToken);
            }
            else
                AccuracyTable.Write(surroundings.Out, rows, columns);
            DemoConclusion.Write(surroundings.Out, done, plan.FailureProbability);
            return ExitCode.Done;
        });
        return command;
    }

    // Without a registry of the user's own and without the bundled one's data, the embedded data set shows the same.
    private static RegistryRequest Embedded(RegistryRequest asked, Surroundings surroundings)
    {
        string path = Deployment.RegistryPath(asked.Path, surroundings);
        if (asked.Path is not null || surroundings.InstallationFolder is not { } home
            || path != Path.Combine(home, "experts.yaml")
            || DataSets.Find(DataSetKind.Cifar10.Name, "test", surroundings) is not null)
            return asked;
        surroundings.Out.MarkupLine(
            $"[yellow]{Markup.Escape(DataSets.LocationOf(DataSetKind.Cifar10, surroundings).ToString())}.[/]");
        surroundings.Out.MarkupLine(
            "[yellow]Going on with Shapes10, rendered to show what routing does; figures on it say nothing about "
            + "photographs.[/]");
        return asked with { Path = Path.Combine(home, "models", "shapes10", "experts.yaml") };
    }

    private static void Show(Deployment deployed, Surroundings surroundings)
    {
        surroundings.Out.MarkupLine(
            $"[grey]libtorch {deployed.Registry.Networks.First().Properties["libtorch"]}, "
            + $"{Markup.Escape(deployed.Registry.Networks.First().Properties["device"])}[/]");
        foreach (LoadedNetwork network in deployed.Registry.Networks)
            surroundings.Out.MarkupLine(
                $"[grey]{network.Id,-8} σ {network.Config.Sigma,-5} {network.Config.Structure} on "
                + $"{network.Device}, {Markup.Escape(network.Properties["dtype"].ToLowerInvariant())}[/]");
    }

    private static string[] Describe(CertifiedImage image, DataSet data)
    {
        string Name(int label) => label < data.LabelNames.Count ? data.LabelNames[label] : $"class {label}";
        Certificate certificate = image.Certificate;
        string verdict = image.Image.Label is not { } label ? " " : certificate.Class is not { } answer ? "-"
            : answer == label ? "+" : "x";
        return
        [
            image.Image.Index.ToString(CultureInfo.InvariantCulture),
            image.Image.Label is { } truth ? Name(truth) : "-",
            image.Route.Length > 0 ? image.Route : "abstain",
            certificate.Expert?.Sigma.ToString(CultureInfo.InvariantCulture) ?? "",
            certificate.Class is { } predicted ? (data.LabelNames.Count > 0 ? Name(predicted) : $"class {predicted}")
                : "abstain",
            TowardZero.Text(certificate.Radius, 3),
            image.Elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture),
            verdict,
        ];
    }

    private static void Total(List<CertifiedImage> done, Surroundings surroundings)
    {
        double seconds = done.Sum(image => image.Elapsed.TotalSeconds);
        long drawn = done.Sum(image => image.Certificate.SamplesDrawn);
        surroundings.Out.Print(
            $"{done.Count} images, {drawn} votes in {seconds:0.0} s: {drawn / seconds:0} votes/s");
    }
}
