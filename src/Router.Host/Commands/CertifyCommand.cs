using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography;
using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Files;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Smoothing;
using Router.Votes;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs certify</c>: certifies images of a data set into a log that survives interruption, or one picture.
/// </summary>
internal sealed class CertifyCommand(Command command, Surroundings surroundings)
{
    // Of a pass, so that a device always has a batch to go on with; of a cluster, for many devices.
    private const int InFlightOfAll = 2, InFlightOfCluster = 16;

    private static readonly string[] Kinds = ["exclusion", "dual"];

    private readonly Argument<string> _data = command.DataSet(
        "cifar10, shapes10, imagenet, a folder with one folder of images per class, or one PNG or JPEG file.");
    private readonly Option<string?> _output = command.Option<string?>(
        "--out -o", "The log (tab-separated) of a data set; vote counts go beside it. With --all, a folder.",
        leads: PathRule.OfOutput(PathRule.Any.Objection));
    private readonly Option<string?> _expert = command.Option<string?>(
        "--expert", "Certify this expert alone, without the routing.");
    private readonly Option<int> _skip = command.Option("--skip", "Certify every k-th image.", 1, Accepted.AtLeast(1));
    private readonly Option<int?> _max = command.Option<int?>(
        "--max", "Stop after the image of this index.", Accepted.AtLeast(0));
    private readonly Option<string> _split = command.Split();
    private readonly Option<string> _kind = command.Choice(
        "--certificate",
        "exclusion (the route may change to experts that certify the same class; radii from both sides) or dual "
        + "(as published: it must not, from one side).", Kinds[0], Kinds);
    private readonly Option<bool> _resume = command.Option<bool>(
        "--resume", "Continue the log, or the folder of --all, where it stops.");
    private readonly Option<bool> _all = command.Option<bool>(
        "--all",
        "Every expert alone, and the router's votes where there is one: all that a study of mixes needs. --out is a "
        + "folder then.");
    private readonly Option<int?> _inFlight = command.Option<int?>(
        "--in-flight",
        $"How many certificates are under way at once (default: 1; {InFlightOfAll} on each device with --all, "
        + $"{InFlightOfCluster} with {ClusterOption.Name}).", Accepted.AtLeast(1));
    private readonly RadiiOption _radii = new(command);
    private readonly JsonOption _json = new(command, "certificate");
    private readonly SamplingOptions _sampling = new(command);
    private readonly StoppingOptions _stopping = new(command);
    private readonly MixOption _mix = new(command);
    private readonly RecordOptions _records = new(command);
    private readonly RegistryOptions _registry = new(command);
    private readonly ClusterOption _cluster = new(command, "Draw the samples on the workers of a cluster");

    // What is about many images, and has no meaning for one picture.
    private Option[] OfData => [_output, _resume, _skip, _max, _split, _inFlight, _radii.Named];

    public static Command Create(Surroundings surroundings)
    {
        Command command = new(
            "certify",
            "Certifies images of a data set into a log, one row per image, restartable; or one PNG or JPEG file.");
        CertifyCommand certify = new(command, surroundings);
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(certify._all)
            ? certify.RunPassAsync(parsed, cancellationToken)
            : certify.RunAsync(parsed, cancellationToken));
        return command;
    }

    private Task<int> RunPassAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (string Name, bool Given)[] others =
        [
            ("--expert", parsed.GetValue(_expert) is not null), ("--mix", _mix.Read(parsed) is not null),
            ("--records", _records.AreKept(parsed)), ("--json", _json.IsAsked(parsed)),
        ];
        if (others.FirstOrDefault(other => other.Given) is { Name: { } given })
            throw new BadInputException(
                $"--all asks every expert and the router, without {given}: accepted is one of the two");
        PassRequest request = new(
            parsed.GetValue(_data)!, parsed.GetValue(_split)!, parsed.GetValue(_output), parsed.GetValue(_skip),
            parsed.GetValue(_max), parsed.GetValue(_resume),
            parsed.GetValue(_inFlight) ?? (_cluster.IsGiven(parsed) ? InFlightOfCluster : InFlightOfAll),
            _radii.Read(parsed));
        return new WholePass(
            request, RequestOf(parsed), _sampling.Seed(parsed),
            (config, alone) => PlanOf(parsed, config, alone), surroundings)
            .RunAsync(() => JoinAsync(parsed, cancellationToken), cancellationToken);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string source = parsed.GetValue(_data)!;
        bool picture = File.Exists(surroundings.Resolve(source));
        if (picture && OfData.FirstOrDefault(parsed.IsGiven) is { } foreign)
            throw new BadInputException(
                $"{source} is one picture: {foreign.Name} belongs to the log of a data set (--records FILE keeps its "
                + "record)");
        ImmutableArray<double> radii = _radii.Read(parsed);
        string? log = picture ? null : LogOf(parsed);
        (string? records, ECDsa? key) = _records.Read(parsed, surroundings);
        using ECDsa? owned = key;
        using FileLock? recorded = picture && records is not null ? LogFiles.Claim(records) : null;
        RegistryRequest request = RequestOf(parsed);
        RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
        GridInput? input = picture ? Pictures.Read(source, config.Dataset, surroundings) : null;
        DataSet? images = picture ? null
            : DataSets.OpenFor(config, source, parsed.GetValue(_split)!, surroundings);
        (string? expert, string[]? mix) = (parsed.GetValue(_expert), _mix.Read(parsed));
        Deployment.CheckAsked(config, expert, mix);
        CertificationPlan plan = PlanOf(parsed, config, RegisteredMix.Described(config, expert, mix));
        await using ClusterGateway? gateway = await JoinAsync(parsed, cancellationToken);
        return gateway is null
            ? await WithAsync(() => Deployment.LoadAsync(
                config, request, expert, surroundings, cancellationToken, mix), cancellationToken)
            : await gateway.WhileMemberAsync(stopped => WithAsync(
                async () => (await gateway.OpenAsync(config, expert, mix, stopped)).Deployed,
                stopped), cancellationToken);

        async Task<int> WithAsync(Func<Task<Deployment>> open, CancellationToken stopped)
        {
            using Deployment deployed = await open();
            RecordSigner signer = new(deployed.Classifier, Versions.Of(deployed), key);
            if (images is not null)
            {
                (IReadOnlyList<LogRow> rows, int code) = await CertifyLogAsync(
                    parsed, images, log!, deployed, plan, signer, records, stopped);
                if (!_json.IsAsked(parsed))
                    AccuracyTable.Write(surroundings.Out, rows, radii);
                return code;
            }
            SeedSource seeds = _sampling.ReadSeeds(parsed, surroundings);
            Certificate certificate =
                await deployed.Classifier.For(new() { NeedsAll = true }).CertifyAsync(input!, plan, seeds, stopped);
            if (_json.IsAsked(parsed))
                surroundings.Out.Print(CertificateJson.Of(source, certificate, seeds.Origin, config.Dataset));
            else
                PictureCertificate.TableOf(source, certificate, config.Dataset).Write(surroundings.Out);
            using RecordLogWriter? kept = records is null ? null : RecordLogWriter.Create(records);
            kept?.Write(signer.Record(certificate, seeds.Origin));
            return ExitCode.Done;
        }
    }

    // Nothing is loaded here where workers are asked.
    private RegistryRequest RequestOf(ParseResult parsed) =>
        _registry.Read(parsed) with { Only = _cluster.IsGiven(parsed) ? [] : null };

    // Null where no cluster is asked.
    private async Task<ClusterGateway?> JoinAsync(ParseResult parsed, CancellationToken cancellationToken) =>
        !_cluster.IsGiven(parsed) ? null : await ClusterGateway.JoinAsync(
            _cluster.Read(parsed, "gateway", surroundings).ToldTo(new ToldLog(surroundings.Warn)), surroundings.Warn,
            cancellationToken);

    private string LogOf(ParseResult parsed)
    {
        string log = PathRule.Write.Resolve(
            parsed.GetValue(_output)
                ?? throw new BadInputException("--out is missing: a data set is certified into a log, --out FILE"),
            surroundings);
        if (!parsed.GetValue(_resume)) LogFiles.CheckNewLog(log);
        return log;
    }

    private async Task<(IReadOnlyList<LogRow> Rows, int Code)> CertifyLogAsync(
        ParseResult parsed, DataSet images, string log, Deployment deployed, CertificationPlan plan,
        RecordSigner signer, string? records, CancellationToken cancellationToken)
    {
        ImageSelection selection = new() { Skip = parsed.GetValue(_skip), Max = parsed.GetValue(_max) };
        int[] indices = [.. selection.Of(images.Count)];
        using LogFiles files = new(
            log, records, parsed.GetValue(_resume), CertificationTerms.Of(deployed.Classifier, images),
            new RunTerms(deployed.Classifier, plan));
        IReadOnlyList<LogRow> done = files.Log.Done;
        KeptSecret? secret = _sampling.Seed(parsed) is null
            ? KeptSecret.In(log + ".secret", files.GoesOn, surroundings) : null;
        SeedSource seeds = secret?.Seeds ?? _sampling.ReadSeeds(parsed, surroundings);
        CertifyRun run = new(deployed.Classifier, plan, seeds, surroundings.Clock)
        {
            InFlight = parsed.GetValue(_inFlight) ?? (_cluster.IsGiven(parsed) ? InFlightOfCluster : 1),
            PassedOver = SkippedImages.Noted(surroundings),
        };
        surroundings.Error.MarkupLine(
            $"[grey]{Markup.Escape(images.Name)}: {indices.Length} images, {done.Count} done; "
            + $"n0 = {plan.Expert.Selection}, n {(plan.Sampling.IsAdaptive ? "≤" : "=")} {plan.Expert.Estimation}, "
            + $"α = {plan.FailureProbability}[/]");
        IAsyncEnumerable<CertifiedImage> certified = run.RunAsync(
            images, indices.Except(done.Select(row => row.Index)), files.Log,
            certificate => signer.Record(certificate, seeds.Origin), cancellationToken);
        string dataset = deployed.Config.Dataset;
        bool asJson = _json.IsAsked(parsed);
        await CertifyProgress.ShowAsync(
            surroundings, certified, indices.Length, done.Count,
            image =>
            {
                if (asJson) surroundings.Out.Print(CertificateJson.Of(image, seeds.Origin, dataset));
            });
        int code = SkippedImages.Tell(run.PassedOver, indices.Length, surroundings);
        IReadOnlyList<LogRow> rows = CertificationLogReader.Read(files.Path).Rows;
        // Where the log has other images too, a run of more of them may have been under way.
        if (code == ExitCode.Done && rows.Count == indices.Length) secret?.Forget();
        return (rows, code);
    }

    private CertificationPlan PlanOf(ParseResult parsed, RegistryConfig config, RoutedClassifier classifier)
    {
        CertificationConfig terms = config.Certification;
        bool asPublished = parsed.GetValue(_kind) != Kinds[0];
        if (asPublished && classifier.Cascade is not null)
            throw new BadInputException(
                $"--certificate {Kinds[1]} is about experts behind a router, and those of {config.Path} are a cascade: "
                + "accepted is a registry with a router, or --expert");
        CertificationPlan plan = _stopping.Apply(
            parsed, _sampling.ReadPlan(parsed, terms),
            otherwise: asPublished || parsed.GetValue(_all) ? 0 : terms.Resolution);
        return SamplingOptions.Checked(
            asPublished ? plan with { Kind = CertificateKind.Dual, TwoSided = false } : plan, classifier);
    }
}
