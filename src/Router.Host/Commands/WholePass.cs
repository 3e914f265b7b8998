using System.Security.Cryptography;
using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Smoothing;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs certify --all</c>: every expert of a registry alone, and its router's votes, in one pass over a data set.
/// </summary>
internal static class WholePass
{
    /// <summary>Runs the pass to its end.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="from">Which registry.</param>
    /// <param name="seed">The caller's seed, or null.</param>
    /// <param name="plan">The plan of an expert that stands alone.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="cancellationToken">Stops; what is written stays.</param>
    /// <exception cref="InputFault">The folder holds a pass that is not to be continued, or --out is
    /// missing.</exception>
    public static async Task<int> RunAsync(
        PassRequest request, RegistryRequest from, ulong? seed,
        Func<RegistryConfig, RoutedClassifier, CertificationPlan> plan,
        Surroundings surroundings, CancellationToken cancellationToken)
    {
        string folder = PathRule.Fill.Resolve(
            request.Folder
                ?? throw new InputFault("--out is missing: --all writes its files into a folder, --out FOLDER"),
            surroundings);
        if (!request.Resume && PassTerms.FileIn(folder).Find() is not null)
            throw new InputFault($"{folder} holds a pass already: continue it with --resume, or choose another folder");
        RegistryConfig config = Deployment.ReadRegistry(from, surroundings);
        DataSet images = DataSets.OpenFor(config, request.Data, request.Split, surroundings);
        CertificationPlan each = plan(config, RegisteredMix.Described(config, config.Experts[0].Id));
        using Deployment deployed = await Deployment.LoadAsync(
            config, from, expert: null, surroundings, cancellationToken);
        PassMember[] members = [.. deployed.Registry.Experts.Select(
            (expert, route) => new PassMember(expert.Id, expert.Voter, route, expert.Device)
            {
                Threshold = expert.Pass,
            })];
        if (deployed.Registry.Router is { } router)
            members = [new(router.Id, router.Voter, Route: null, router.Device), .. members];
        string registry = deployed.Registry.Config.Path;
        PassTerms terms = PassTerms.Of(
            new(images.Name, images.Count, request.Skip, request.Max),
            (registry, Convert.ToHexStringLower(
                SHA256.HashData(await File.ReadAllBytesAsync(registry, cancellationToken)))), seed, each, members);
        SeedSource seeds =
            seed is { } given ? SeedSource.FromCaller(given) : new(surroundings.FreshSecret(), SeedOrigin.Server);
        using Pass pass = Pass.Open(folder, terms, members, each, seeds, surroundings.Clock);
        surroundings.Error.MarkupLine(
            $"[grey]{Markup.Escape(images.Name)}: {pass.Planned / members.Length} images by {members.Length} networks, "
            + $"{pass.Done} of {pass.Planned} done; n0 = {each.Expert.Selection}, n "
            + $"{(each.Sampling.IsAdaptive ? "≤" : "=")} {each.Expert.Estimation}, α = "
            + $"{each.FailureProbability}[/]");
        await surroundings.ShowAsync<int>("certifying", pass.Planned, pass.Done, progress => pass.RunAsync(
            images, request.InFlight, progress, (_, fault) =>
                surroundings.Error.MarkupLine($"[yellow]skipped: {Markup.Escape(fault)}[/]"), cancellationToken));
        AccuracyTable.OfEach(
            deployed.Registry.Experts.Select(expert => (expert.Id,
                (IReadOnlyCollection<LogRow>)CertificationLogReader.Read(Pass.LogOf(folder, expert.Id)).Rows))
                .Where(system => system.Item2.Count > 0),
            request.Radii).Write(surroundings.Out);
        if (pass.Unreadable.Count == 0)
            return ExitCode.Done;
        surroundings.Error.MarkupLine(
            $"[red]dualrs:[/] {pass.Unreadable.Count} of {pass.Planned / members.Length} images could not be read and "
            + "are in no file: "
            + Markup.Escape(
                string.Join("; ",
                pass.Unreadable.OrderBy(image => image.Key).Select(image => $"{image.Key} ({image.Value})"))));
        return ExitCode.BadInput;
    }
}

/// <summary>What <c>certify --all</c> is asked.</summary>
/// <param name="Data">The data set as the user wrote it.</param>
/// <param name="Split">train or test.</param>
/// <param name="Folder">Where the files go; null where nobody said.</param>
/// <param name="Skip">Every how manieth image.</param>
/// <param name="Max">The last index, or null.</param>
/// <param name="Resume">Whether a pass that is there goes on.</param>
/// <param name="InFlight">Certificates under way at once on each device.</param>
/// <param name="Radii">The columns of the table at the end.</param>
internal sealed record PassRequest(
    string Data, string Split, string? Folder, int Skip, int? Max, bool Resume, int InFlight,
    IReadOnlyList<double> Radii);
