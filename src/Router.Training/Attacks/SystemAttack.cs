using System.Buffers.Binary;
using Router.Data;
using Router.Engine.LibTorch;
using Router.Estimator;
using Router.Evaluation.Attacks;
using Router.Evaluation.Logs;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Training.Batches;
using Router.Training.Objectives;
using Router.Votes;

namespace Router.Training.Attacks;

/// <summary>
/// Searches images near a certified one that the whole routed system answers otherwise: by the gradient of the routed
/// expert, and by that of the router towards an expert that does not answer the class. What is found is on the 8-bit
/// grid, and is verified by fresh votes that the search has not seen.
/// </summary>
public sealed class SystemAttack
{
    // A candidate that is too close to call costs a verification; one that is missed costs a little distance.
    private const double ScreeningLevel = 0.001;

    private const string ExpertGoal = "expert", RouteGoal = "route";

    private readonly RoutedClassifier _system;
    private readonly IReadOnlyDictionary<string, AttackedNetwork> _networks;
    private readonly AttackSettings _settings;
    private readonly SeedSource _search, _verification;

    /// <summary>An attack on one system.</summary>
    /// <param name="system">What was certified.</param>
    /// <param name="networks">Its networks with gradients, by id.</param>
    /// <param name="settings">How to search and verify.</param>
    /// <param name="seed">
    /// The seed; search and verification draw from different noise of it, and neither from that of a certificate.
    /// </param>
    /// <exception cref="ArgumentException">A network is missing.</exception>
    public SystemAttack(
        RoutedClassifier system, IReadOnlyDictionary<string, AttackedNetwork> networks, AttackSettings settings,
        ulong seed)
    {
        (_system, _networks, _settings, _search, _verification) =
            (system, networks, settings, SeedsOf(seed, "search"), SeedsOf(seed, "verification"));
        foreach (string id in system.Routes.Select(route => route.Id)
            .Concat(system.RouterId is { } router ? [router] : []))
            if (!networks.ContainsKey(id))
                throw new ArgumentException($"{id} of the system has no network to attack", nameof(networks));
    }

    /// <summary>Attacks one image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="row">Its certificate: a class, and a radius above 0.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What was found, and the levels of the counterexample where there is one.</returns>
    public async Task<(AttackRow Row, byte[] Levels)> RunAsync(
        LabelledImage image, LogRow row, CancellationToken cancellationToken)
    {
        Hunt hunt = new(
            image.Image.ToInput(),
            row.Predicted ?? throw new ArgumentException($"image {row.Index} has no certificate", nameof(row)));
        int taken = RouteOf(row);
        List<int> targets = [taken];
        if (_system.RouterId is not null
            && await WeakestAsync(hunt, taken, cancellationToken) is { } other) targets.Add(other);
        Candidate? found = null;
        foreach (double epsilon in _settings.BudgetsFor(row.Radius))
        {
            List<Candidate> passing = [];
            foreach (int target in targets)
                passing.AddRange(await ScreenAsync(
                    hunt, Ascend(hunt, taken, target, epsilon), target == taken
                        ? ExpertGoal
                        : RouteGoal, epsilon, cancellationToken));
            found = await VerifyAsync(hunt, passing, cancellationToken);
            if (found is not null || hunt.Verified == _settings.Verifications) break;
        }
        return (new(row.Index, row.Label, hunt.Class, row.Radius, found?.Example, _settings.FailureProbability,
            hunt.Samples), found?.Levels ?? []);
    }

    private int RouteOf(LogRow row)
    {
        string id = row.Routed?.Route ?? throw new ArgumentException($"image {row.Index} has no route", nameof(row));
        int route = _system.Routes.Select(known => known.Id).ToList().IndexOf(id);
        return route >= 0
            ? route
            : throw new InvalidDataException($"image {row.Index} was answered by {id}, which is not in the system");
    }

    // The route, other than the one taken, whose expert votes least for the class.
    private async Task<int?> WeakestAsync(Hunt hunt, int taken, CancellationToken cancellationToken)
    {
        ulong seed = SeedOf(_search, hunt.Input);
        (int? weakest, long fewest) = (null, long.MaxValue);
        for (int route = 0; route < _system.Routes.Length; route++)
        {
            if (route == taken) continue;
            VoteCounts votes = await Certifier.AskAsync(
                _system.Routes[route].Voter, new(hunt.Input, RoutedClassifier.ExpertStream(seed, route),
                    new(0, _settings.Screening)), cancellationToken);
            hunt.Samples += votes.Total;
            if (votes.Counts[hunt.Class] < fewest) (weakest, fewest) = (route, votes.Counts[hunt.Class]);
        }
        return weakest;
    }

    // All tensors live and die within, on one thread: dispose scopes do not survive an await.
    private LevelRay Ascend(Hunt hunt, int taken, int target, double epsilon)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor pixels = PixelsOf(hunt.Input);
        torch.Tensor offset = (new SmoothAdversary(epsilon, _settings.Steps)
            .Ascend(ObjectiveOf(hunt, taken, target), pixels) - pixels).Times(255);
        return new(
            hunt.Input.Levels.ToArray(),
            [.. offset.cpu().contiguous().data<float>().ToArray().Select(level => (double)level)]);
    }

    private Func<torch.Tensor, torch.Tensor> ObjectiveOf(Hunt hunt, int taken, int target)
    {
        ulong seed = SeedOf(_search, hunt.Input);
        AttackedNetwork expert = _networks[_system.Routes[target].Id];
        (torch.Tensor label, torch.Tensor noise) =
            (Whole(hunt.Class, expert), Noise(expert, hunt.Input, seed, target + 1));
        if (target == taken)
            return AttackObjectives.OfExpert(expert, label, noise);
        AttackedNetwork router = _networks[_system.RouterId!];
        return AttackObjectives.OfRoute(
            (router, Noise(router, hunt.Input, seed, 0), Whole(target, router)), (expert, noise, label));
    }

    // The farthest point within ε, and where that is answered otherwise points nearer to x.
    private async Task<IEnumerable<Candidate>> ScreenAsync(
        Hunt hunt, LevelRay ray, string goal, double epsilon, CancellationToken cancellationToken)
    {
        double outside = ray.Within(epsilon), inside = 0;
        List<Candidate> passing = [];
        if (ray.SquaredAt(outside) == 0 || !await PassesAsync(outside)) return passing;
        for (int i = 0; i < _settings.Bisections; i++)
        {
            double middle = (inside + outside) / 2;
            if (ray.SquaredAt(middle) > 0 && await PassesAsync(middle)) outside = middle;
            else inside = middle;
        }
        return passing;

        async Task<bool> PassesAsync(double t)
        {
            byte[] levels = ray.At(t);
            RoutedPrediction answer =
                await AskAsync(hunt, levels, _settings.Screening, ScreeningLevel, _search, cancellationToken);
            bool passes = answer.Class is { } other && other != hunt.Class;
            if (passes) passing.Add(new(new(ray.SquaredAt(t), goal, "", 0, 0), levels));
            return passes;
        }
    }

    // How many may be verified is fixed, and each spends its part of α, whatever the others showed. The nearest may be
    // too close to call: then the middle one, then the farthest, so that near ones of this budget leave something for
    // those of larger ones.
    private async Task<Candidate?> VerifyAsync(Hunt hunt, List<Candidate> passing, CancellationToken cancellationToken)
    {
        Candidate[] ascending = [.. passing.OrderBy(candidate => candidate.Example.SquaredLevels)];
        foreach (Candidate candidate in ascending.Where(
            (_, i) => i == 0 || i == ascending.Length / 2 || i == ascending.Length - 1))
        {
            if (hunt.Verified == _settings.Verifications) return null;
            hunt.Verified++;
            RoutedPrediction answer = await AskAsync(
                hunt, candidate.Levels, _settings.Verification, _settings.FailureProbability / _settings.Verifications,
                _verification, cancellationToken);
            if (answer is { Class: { } label, Route.Route: { } route } && label != hunt.Class)
                return candidate with
                {
                    Example = candidate.Example with { Route = _system.Routes[route].Id, Class = label,
                        Seed = SeedOf(_verification, hunt.At(candidate.Levels)) },
                };
        }
        return null;
    }

    private async Task<RoutedPrediction> AskAsync(
        Hunt hunt, byte[] levels, int count, double failureProbability, SeedSource seeds,
        CancellationToken cancellationToken)
    {
        RoutedPrediction answer =
            await _system.PredictAsync(hunt.At(levels), count, failureProbability, seeds, cancellationToken);
        hunt.Samples += (answer.Route.Votes?.Total ?? 0) + (answer.Votes?.Total ?? 0);
        return answer;
    }

    private torch.Tensor PixelsOf(GridInput input)
    {
        float[] pixels = [.. input.Levels.ToArray().Select(level => level / 255f)];
        return torch.tensor(pixels, ShapeOf(1, input)).to(_networks[_system.Routes[0].Id].Device);
    }

    private torch.Tensor Noise(AttackedNetwork network, GridInput input, ulong seed, int stream)
    {
        using NormalNumbers normal = new(seed + (ulong)stream, network.Device);
        return normal.Next(ShapeOf(_settings.Copies, input)).Multiply(network.Sigma);
    }

    private static long[] ShapeOf(long images, GridInput input) => [images, .. input.Shape.Select(size => (long)size)];

    private static torch.Tensor Whole(int value, AttackedNetwork network) =>
        torch.tensor(new long[] { value }).to(network.Device);

    private static SeedSource SeedsOf(ulong seed, string use)
    {
        byte[] secret = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(secret, seed);
        return new([.. secret, .. System.Text.Encoding.ASCII.GetBytes("attack " + use)], SeedOrigin.Caller);
    }

    private static ulong SeedOf(SeedSource seeds, GridInput input) => seeds.SeedForInput(input.Hash);

    private sealed record Candidate(Counterexample Example, byte[] Levels);

    // One image under attack.
    private sealed class Hunt(GridInput input, int certified)
    {
        public GridInput Input => input;

        public int Class => certified;

        public long Samples { get; set; }

        public int Verified { get; set; }

        public GridInput At(byte[] levels) => new(levels, input.Shape);
    }
}
