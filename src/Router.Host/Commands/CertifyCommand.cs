using System.CommandLine;
using System.Security.Cryptography;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Files;
using Router.Host.Cli;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs certify</c>: certifies images of a data set into a log that survives interruption, or one picture.
/// </summary>
internal static class CertifyCommand
{
    private static readonly string[] Kinds = ["exclusion", "dual"];

    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("certify",
            "Certifies images of a data set into a log, one row per image, restartable; or one PNG or JPEG file.");
        Argument<string> data = command.Argument<string>(
            "data",
            "cifar10, shapes10, imagenet, a folder with one folder of images per class, or one PNG or JPEG file.");
        Option<string?> output = command.Option<string?>(
            "--out -o",
            "The log (tab-separated) of a data set; vote counts go beside it. With --all, a folder.");
        Option<string?> expert = command.Option<string?>("--expert", "Certify this expert alone, without the router.");
        Option<int> skip = command.Option("--skip", "Certify every k-th image.", 1, Accepted.AtLeast(1));
        Option<int?> max = command.Option<int?>("--max", "Stop after the image of this index.", Accepted.AtLeast(0));
        Option<string> split = command.Split();
        Option<string> certificate = command.Choice(
            "--certificate",
            "exclusion (the route may change to experts that certify the same class; radii from both sides) or dual "
            + "(as "
            + "published: it must not, from one side).", Kinds[0], Kinds);
        Option<bool> resume = command.Option<bool>(
            "--resume", "Continue the log, or the folder of --all, where it stops.");
        Option<bool> all = command.Option<bool>(
            "--all",
            "Every expert alone and the router's votes, all that a study of mixes needs: --out is a folder then.");
        Option<int> inFlight = command.Option(
            "--in-flight", "With --all, how many certificates are under way at once on each device.", 2,
            Accepted.AtLeast(1));
        SamplingOptions sampling = new(command);
        StoppingOptions stopping = new(command);
        MixOption mix = new(command);
        RecordOptions recording = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string source = parsed.GetValue(data)!;
            if (parsed.GetValue(all))
            {
                (string Name, bool Given)[] others = [("--expert", parsed.GetValue(expert) is not null),
                    ("--mix", mix.Read(parsed) is not null), ("--records", recording.AreKept(parsed))];
                if (others.FirstOrDefault(other => other.Given) is { Name: { } given })
                    throw new InputFault(
                        $"--all asks every expert and the router, without {given}: accepted is one of the two");
                return await WholePass.RunAsync(
                    new(source, parsed.GetValue(split)!, parsed.GetValue(output), parsed.GetValue(skip),
                        parsed.GetValue(max), parsed.GetValue(resume), parsed.GetValue(inFlight)),
                    registry.Read(parsed), sampling.Seed(parsed),
                    (terms, alone) => OfKind(parsed.GetValue(certificate),
                        stopping.Apply(parsed, sampling.ReadPlan(parsed, terms, alone), alone)), surroundings,
                        cancellationToken);
            }
            bool picture = File.Exists(surroundings.Resolve(source));
            if (picture && (parsed.GetValue(output) is not null || parsed.GetValue(resume)))
                throw new InputFault(
                    $"{source} is one picture: --out and --resume belong to the log of a data set (--records FILE "
                    + "keeps its record)");
            (string? records, ECDsa? key) = recording.Read(parsed, surroundings);
            using ECDsa? signer = key;
            using FileLock? recorded = picture && records is not null ? LogFiles.Claim(records) : null;
            using Deployment deployed = await Deployment.OpenAsync(
                registry.Read(parsed), parsed.GetValue(expert), surroundings, cancellationToken, mix.Read(parsed));
            CertificationPlan plan = OfKind(
                parsed.GetValue(certificate),
                stopping.Apply(parsed,
                sampling.ReadPlan(parsed, deployed.Registry.Config.Certification, deployed.Classifier),
                deployed.Classifier));
            SeedSource seeds = sampling.ReadSeeds(parsed, surroundings);
            RecordSigner recordSigner = new(deployed.Classifier, Versions.Of(deployed), signer);
            if (picture)
            {
                Certificate certificate = await PictureCertificate.CertifyAsync(
                    source, deployed, plan, seeds, surroundings, cancellationToken);
                using RecordLogWriter? kept = records is null ? null : RecordLogWriter.Create(records);
                kept?.Write(recordSigner.Record(certificate, seeds.Origin));
                return ExitCode.Done;
            }
            string log = parsed.GetValue(output)
                ?? throw new InputFault("--out is missing: a data set is certified into a log, --out FILE");
            DataSet images = DataSets.OpenFor(deployed, source, parsed.GetValue(split)!, surroundings);
            CertifyRun run = new(deployed.Classifier, plan, seeds, surroundings.Clock);
            ImageSelection selection = new() { Skip = parsed.GetValue(skip), Max = parsed.GetValue(max) };
            int[] indices = [.. selection.Of(images.Count)];
            using LogFiles files = new(
                surroundings.Resolve(log), records, parsed.GetValue(resume), new RunTerms(deployed.Classifier, plan));
            surroundings.Error.MarkupLine(
                $"[grey]{Markup.Escape(images.Name)}: {indices.Length} images, {files.Log.Done.Count} done; n0 = "
                + $"{plan.Expert.Selection}, "
                + $"n {(plan.Sampling.IsAdaptive ? "≤" : "=")} {plan.Expert.Estimation}, α = "
                + $"{plan.FailureProbability}[/]");
            await CertifyProgress.ShowAsync(surroundings, run.RunAsync(
                images, indices.Except(files.Log.Done.Select(row => row.Index)), files.Log,
                certificate => recordSigner.Record(certificate, seeds.Origin), cancellationToken),
                indices.Length, files.Log.Done.Count);
            surroundings.Out.Write(AccuracyTable.Of(CertificationLogReader.Read(files.Path).Rows));
            return ExitCode.Done;
        });
        return command;
    }

    private static CertificationPlan OfKind(string? kind, CertificationPlan plan) =>
        kind == Kinds[0] ? plan : plan with { Kind = CertificateKind.Dual, TwoSided = false };
}
