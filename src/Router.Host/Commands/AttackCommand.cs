using System.Buffers.Binary;
using System.Collections.Immutable;
using System.CommandLine;
using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Attacks;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Training.Attacks;
using Router.Training.Runs;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs attack</c>: upper bounds on the true radii of a certified system, by images that it answers otherwise.
/// </summary>
internal static class AttackCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("attack",
            "Searches images near certified ones that the routed system answers otherwise: an upper bound on each "
            + "radius, and a check of the certificates.");
        Argument<string> data = command.DataSet(
            "The data set that was certified: cifar10, shapes10, or a folder with one folder of images per class.");
        Option<string> log = command.Required<string>(
            "--log", "The certification log, with its counts beside it.", leads: PathRule.Read("log"));
        Option<string> output = command.Required<string>(
            "--out -o", "The attack log (tab-separated).", leads: PathRule.Write);
        Option<string?> expert = command.Option<string?>("--expert", "The log is of this expert alone.");
        Option<string> split = command.Split();
        Option<int?> max = command.Option<int?>("--max", "Stop after the image of this index.", Accepted.AtLeast(0));
        Option<double[]> budgets = command.Several<double>(
            "--budget", "ℓ2 budgets in [0,1] pixels (default: .25 .5 .75 1 1.5 2).", accepted: Accepted.Above(0));
        Option<double[]> multiples = command.Several<double>(
            "--times", "Budgets as multiples of the certified radius (default: .9 1.1 1.3 1.6 2 3).",
            accepted: Accepted.Above(0));
        Option<int> steps = command.Option("--steps", "Steps of the ascent.", 20, Accepted.AtLeast(1));
        Option<int> copies = command.Option(
            "--copies", "Draws of noise whose mean is ascended.", 32, Accepted.AtLeast(1));
        Option<bool> resume = command.Option<bool>("--resume", "Continue the attack log where it stops.");
        SamplingOptions sampling = new(command, selects: false);
        MixOption mix = new(command);
        RadiiOption radii = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = surroundings.Resolve(parsed.GetValue(output)!);
            ImmutableArray<double> shown = radii.Read(parsed);
            if (!parsed.GetValue(resume) && File.Exists(path))
                throw new BadInputException($"{path} exists: continue it with --resume, or choose another file");
            string certified = surroundings.Resolve(parsed.GetValue(log)!);
            int last = parsed.GetValue(max) ?? int.MaxValue;
            LogRow[] all = [.. CertificationLogReader.Read(certified).Rows],
                rows = [.. AttackRun.Attackable(all).Where(row => row.Index <= last)];
            CertifiedSystem claimed = CertifiedSystem.Of(certified);
            RegistryRequest request = registry.Read(parsed);
            RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
            DataSet images = DataSets.OpenFor(config, parsed.GetValue(data)!, parsed.GetValue(split)!, surroundings);
            AttackRun.CheckImages(rows, images);
            (string? one, string[]? some) = (parsed.GetValue(expert), mix.Read(parsed));
            Deployment.CheckAsked(config, one, some);
            AttackSettings settings = SettingsOf(
                parsed.GetValue(budgets)!, parsed.GetValue(multiples)!, parsed.GetValue(steps),
                parsed.GetValue(copies));
            (int count, double alpha) = sampling.ReadPrediction(
                parsed, config.Certification,
                RegisteredMix.Described(config, one, some).PredictionTests * settings.Verifications);
            settings = settings with { Verification = count, FailureProbability = alpha };
            using Deployment deployed = await Deployment.LoadAsync(
                config, request, one, surroundings, cancellationToken, some);
            CheckSystem(claimed, deployed.Classifier, images, certified);
            ulong seed = sampling.Seed(parsed) ?? AttackTerms.FileOf(path).Find()?.Seed
                ?? BinaryPrimitives.ReadUInt64LittleEndian(surroundings.FreshSecret());
            AttackTerms terms = new(
                AttackTerms.CurrentSchema, images.Name,
                [.. deployed.Classifier.Functions.Select(function => function.Value)], deployed.Classifier.Routing,
                claimed.FailureProbability, settings.ToString(), count, alpha, seed);
            // The engine's threads share images; those of gradients share operations.
            TrainingDevice.UseThreads(request.Threads);
            await AttackAsync(path, terms, rows, images, deployed, settings, surroundings, cancellationToken);
            IReadOnlyList<AttackRow> attacked = AttackLog.Read(path);
            // What is continued may have gone beyond --max.
            int end = attacked.Select(row => row.Index).Append(last).Max();
            return AttackSummary.Write(attacked, all.Count(row => row.Index <= end), terms, shown, surroundings);
        });
        return command;
    }

    private static AttackSettings SettingsOf(double[] budgets, double[] multiples, int steps, int copies)
    {
        AttackSettings settings = new() { Steps = steps, Copies = copies, Verification = 1 };
        if (budgets.Length > 0) settings = settings with { Budgets = [.. budgets] };
        return multiples.Length > 0 ? settings with { Multiples = [.. multiples] } : settings;
    }

    // A counterexample to another function refutes nothing.
    private static void CheckSystem(CertifiedSystem claimed, RoutedClassifier system, DataSet images, string log)
    {
        if (claimed.Routing != system.Routing)
            throw new BadInputException(
                $"{log} is about a system that routes by '{claimed.Routing}', the registry's routes by "
                + $"'{system.Routing}'");
        if (claimed.Functions.Except(system.Functions.Select(function => function.Value)).Order(StringComparer.Ordinal)
            .FirstOrDefault() is { } other)
            throw new BadInputException(
                $"{log} is about another function, {other}: other weights, settings, batch, build or machine than the "
                + "registry's on this one");
        if (claimed.Terms?.Difference(CertificationTerms.Of(system, images)) is { } difference)
            throw new BadInputException($"{log} is about something else: {difference}");
    }

    private static async Task AttackAsync(
        string path, AttackTerms terms, LogRow[] rows, DataSet images, Deployment deployed, AttackSettings settings,
        Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        Dictionary<string, AttackedNetwork> networks = [];
        try
        {
            foreach (string id in deployed.Classifier.Routes.Select(route => route.Id)
                .Concat(deployed.Classifier.RouterId is { } router ? [router] : []))
            {
                AttackedNetwork network = AttackedNetwork.Of(
                    deployed.Registry.Networks.First(network => network.Id == id), TrainingDevice.Default);
                networks.Add(id, deployed.Classifier.VoterOf(id) is RestrictedVoter { Restriction: var mix }
                    ? network.Restrict(mix) : network);
            }
            using AttackLogWriter writer = AttackLogWriter.Open(path, terms, out IReadOnlyList<AttackRow> done);
            surroundings.Error.MarkupLine(
                $"[grey]{Markup.Escape(images.Name)}: {rows.Length} certified images, {done.Count} done; verified with "
                + $"n = {terms.Verification} at α = {terms.FailureProbability}[/]");
            AttackRun run = new(new SystemAttack(deployed.Classifier, networks, settings, terms.Seed), images, writer);
            HashSet<int> attacked = [.. done.Select(row => row.Index)];
            int count = attacked.Count;
            await surroundings.ShowAsync<int>("attacking", Math.Max(rows.Length, 1), count, progress =>
                run.RunAsync(rows.Where(row => !attacked.Contains(row.Index)), _ => progress.Report(++count),
                    cancellationToken));
        }
        finally
        {
            foreach (AttackedNetwork network in networks.Values) network.Dispose();
        }
    }
}
