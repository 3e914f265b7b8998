using System.Collections.Immutable;
using System.Security.Cryptography;
using Router.Cluster;
using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Smoothing;
using Router.Votes;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs certify --all</c>: every expert of a registry alone, and its router's votes, in one pass over a data set.
/// </summary>
/// <param name="request">What is asked.</param>
/// <param name="from">Which registry.</param>
/// <param name="seed">The caller's seed, or null.</param>
/// <param name="plan">The plan of an expert that stands alone.</param>
/// <param name="surroundings">The outside.</param>
internal sealed class WholePass(
    PassRequest request, RegistryRequest from, ulong? seed,
    Func<RegistryConfig, RoutedClassifier, CertificationPlan> plan, Surroundings surroundings)
{
    // Workers take turns with what they are asked: all of their devices are one here.
    private const string Elsewhere = "cluster";

    /// <summary>Runs the pass to its end.</summary>
    /// <param name="join">Joins the cluster whose workers are asked; gives null where none is.</param>
    /// <param name="cancellationToken">Stops; what is written stays.</param>
    /// <exception cref="BadInputException">The folder holds a pass that is not to be continued, or --out is
    /// missing.</exception>
    /// <exception cref="IOException">This process is no member of the cluster any more.</exception>
    public async Task<int> RunAsync(Func<Task<ClusterGateway?>> join, CancellationToken cancellationToken)
    {
        string folder = PathRule.Fill.Resolve(
            request.Folder
                ?? throw new BadInputException("--out is missing: --all writes its files into a folder, --out FOLDER"),
            surroundings);
        if (!request.Resume && PassTerms.FileIn(folder).Find() is not null)
            throw new BadInputException(
                $"{folder} holds a pass already: continue it with --resume, or choose another folder");
        RegistryConfig config = Deployment.ReadRegistry(from, surroundings);
        DataSet images = DataSets.OpenFor(config, request.Data, request.Split, surroundings);
        CertificationPlan each = plan(config, RegisteredMix.Described(config, config.Experts[0].Id));
        await using ClusterGateway? gateway = await join();
        if (gateway is not null)
            return await gateway.WhileMemberAsync(async stopped =>
            {
                ImmutableDictionary<string, RemoteVoter> voters =
                    (await gateway.VotersAsync(config, [.. config.Networks], stopped)).Voters;
                return await RunAsync(
                    folder, config, images, each, MembersOf(config, id => (voters[id], Elsewhere)), stopped);
            }, cancellationToken);
        using Deployment deployed = await Deployment.LoadAsync(
            config, from, expert: null, surroundings, cancellationToken);
        Dictionary<string, LoadedNetwork> networks = deployed.Registry.Networks.ToDictionary(
            network => network.Id, StringComparer.OrdinalIgnoreCase);
        return await RunAsync(
            folder, config, images, each, MembersOf(config, id => (networks[id].Voter, networks[id].Device)),
            cancellationToken);
    }

    private static PassMember[] MembersOf(RegistryConfig config, Func<string, (IVoter Voter, string Device)> find)
    {
        IEnumerable<ExpertConfig> routes =
            config.Router is null ? config.Experts : config.Router.Routes.Select(id => config.Find(id)!);
        IEnumerable<PassMember> experts =
            routes.Select((expert, route) => Member(expert, route) with { Threshold = expert.Pass });
        return config.Networks.First() is RouterConfig router
            ? [Member(router, route: null), .. experts] : [.. experts];

        PassMember Member(NetworkConfig network, int? route)
        {
            (IVoter voter, string device) = find(network.Id);
            return new(network.Id, voter, route, device);
        }
    }

    private async Task<int> RunAsync(
        string folder, RegistryConfig config, DataSet images, CertificationPlan each, PassMember[] members,
        CancellationToken cancellationToken)
    {
        PassTerms terms = PassTerms.Of(
            new(images.Name, images.Count, request.Skip, request.Max),
            (config.Path, Convert.ToHexStringLower(
                SHA256.HashData(await File.ReadAllBytesAsync(config.Path, cancellationToken)))), seed, each, members);
        KeptSecret? secret = null;
        using Pass pass = Pass.Open(folder, terms, members, each, goesOn =>
            seed is { } given ? SeedSource.FromCaller(given)
                : (secret = KeptSecret.In(
                    Path.Combine(folder, PassTerms.FileName + ".secret"), goesOn, surroundings)).Seeds,
            surroundings.Clock);
        surroundings.Error.MarkupLine(
            $"[grey]{Markup.Escape(images.Name)}: {pass.Planned / members.Length} images by {members.Length} networks, "
            + $"{pass.Done} of {pass.Planned} done; n0 = {each.Expert.Selection}, n "
            + $"{(each.Sampling.IsAdaptive ? "≤" : "=")} {each.Expert.Estimation}, α = "
            + $"{each.FailureProbability}[/]");
        PassedOver skipped = SkippedImages.Noted(surroundings);
        await surroundings.ShowAsync<int>("certifying", pass.Planned, pass.Done, progress => pass.RunAsync(
            images, request.InFlight, progress, skipped, cancellationToken));
        if (skipped.Reasons.Count == 0) secret?.Forget();
        AccuracyTable.OfEach(
            members.Where(member => member.Route is not null).Select(expert => (expert.Id,
                (IReadOnlyCollection<LogRow>)CertificationLogReader.Read(Pass.LogOf(folder, expert.Id)).Rows))
                .Where(system => system.Item2.Count > 0),
            request.Radii).Write(surroundings.Out);
        return SkippedImages.Tell(skipped, pass.Planned / members.Length, surroundings);
    }
}

/// <summary>What <c>certify --all</c> is asked.</summary>
/// <param name="Data">The data set as the user wrote it.</param>
/// <param name="Split">train or test.</param>
/// <param name="Folder">Where the files go; null where nobody said.</param>
/// <param name="Skip">Every how manieth image.</param>
/// <param name="Max">The last index, or null.</param>
/// <param name="Resume">Whether a pass that is there goes on.</param>
/// <param name="InFlight">Certificates under way at once on each device, or on a cluster.</param>
/// <param name="Radii">The columns of the table at the end.</param>
internal sealed record PassRequest(
    string Data, string Split, string? Folder, int Skip, int? Max, bool Resume, int InFlight,
    IReadOnlyList<double> Radii);
