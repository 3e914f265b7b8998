using System.Collections.Immutable;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Smoothing.Records;

namespace Router.Evaluation.Runs;

/// <summary>
/// What a pass over a data set is about: everything that its files have in common (docs/formats.md, section 3).
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Data">The data set, split included.</param>
/// <param name="Images">How many images the data set has.</param>
/// <param name="Skip">Every how manieth of them is in the pass.</param>
/// <param name="Max">The index it ends at; null for the last.</param>
/// <param name="Registry">The registry, as it was found.</param>
/// <param name="RegistrySha256">SHA-256 of its bytes, lower-case hex.</param>
/// <param name="SeedOrigin">"caller" or "server".</param>
/// <param name="Seed">The caller's seed; null where each run drew a secret of its own.</param>
/// <param name="Selection">n0 of every network.</param>
/// <param name="Estimation">n: what the router draws, and the most an expert draws.</param>
/// <param name="FailureProbability">α of an expert's certificate.</param>
/// <param name="Ledger">How it is split.</param>
/// <param name="Plan">When experts stop: "fixed", or an adaptive plan.</param>
/// <param name="Networks">The router where there is one, then the experts in the order of the routes.</param>
public sealed record PassTerms(
    string Schema, string Data, int Images, int Skip, int? Max, string Registry, string RegistrySha256,
    string SeedOrigin, ulong? Seed,
    int Selection, int Estimation, double FailureProbability, string Ledger, string Plan,
    ImmutableArray<PassNetwork> Networks)
    : ITerms<PassTerms>
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const string CurrentSchema = "dualrs.pass/1";

    /// <summary>The name of the file in the folder of a pass.</summary>
    public const string FileName = "run.json";

    /// <summary>The indices of the images, ascending.</summary>
    public IEnumerable<int> Indices => new ImageSelection { Skip = Skip, Max = Max }.Of(Images);

    /// <summary>The terms of some networks and a plan.</summary>
    /// <param name="selection">Which images of which data set.</param>
    /// <param name="registry">The registry's path, and SHA-256 of its bytes.</param>
    /// <param name="seed">The caller's seed, or null for a secret.</param>
    /// <param name="plan">The plan of an expert's certificate; its router's counts are the router's.</param>
    /// <param name="members">The networks.</param>
    /// <exception cref="ArgumentException">There is no expert.</exception>
    public static PassTerms Of(
        PassSelection selection, (string Path, string Sha256) registry, ulong? seed, CertificationPlan plan,
        IReadOnlyList<PassMember> members)
    {
        PassMember expert = members.FirstOrDefault(member => member.Route is not null) ?? throw new ArgumentException(
            "a pass needs an expert", nameof(members));
        return new(
            CurrentSchema, selection.Data, selection.Images, selection.Skip, selection.Max, registry.Path,
            registry.Sha256,
            seed is null ? SeedRecord.Server : SeedRecord.Caller, seed, plan.Expert.Selection, plan.Expert.Estimation,
            plan.FailureProbability,
            new RoutedClassifier(new Route(expert.Id, expert.Voter)).Split(plan).ToString(), plan.Sampling.ToString(),
            [
                .. members.OrderBy(member => member.Route ?? -1).Select(member => new PassNetwork(
                    member.Id, member.Route is null ? PassNetwork.Router : PassNetwork.Expert, member.Voter.Sigma,
                    member.Voter.FunctionId.Value,
                    member.StreamOf(seed: 0).Id, member.Voter.OutcomeCount)),
            ]);
    }

    /// <summary>Their file in the folder of a pass.</summary>
    public static TermsFile<PassTerms> FileIn(string folder) =>
        new(Path.Combine(folder, FileName), "pass", CurrentSchema, "folder");

    bool ITerms<PassTerms>.IsWhole => !Networks.IsDefault;

    /// <summary>What differs in other terms: where the registry lies is no term, what it says is.</summary>
    public string? Difference(PassTerms now) =>
        (Data, Images) != (now.Data, now.Images)
            ? $"it is about {Data} of {Images} images, not about {now.Data} of {now.Images}"
        : (Skip, Max) != (now.Skip, now.Max) ? $"it takes {Taken}, not {now.Taken}"
        : (Selection, Estimation) != (now.Selection, now.Estimation)
            ? $"its n0 and n are {Selection} and {Estimation}, not {now.Selection} and {now.Estimation}"
        : FailureProbability != now.FailureProbability
            || Ledger != now.Ledger ? $"its α was split {Ledger}, now {now.Ledger}"
        : Plan != now.Plan ? $"its experts drew by '{Plan}', now by '{now.Plan}'"
        : (SeedOrigin, Seed) != (now.SeedOrigin, now.Seed) ? $"its seed is {SeedText}, not {now.SeedText}"
        : NetworkDifference(now) is { } network ? network
        : RegistrySha256 != now.RegistrySha256 ? $"its registry was {Registry} of SHA-256 {RegistrySha256}, now it is "
            + $"{now.Registry} of {now.RegistrySha256}"
        : null;

    private string Taken => $"every image whose index {Skip} divides{(Max is { } max ? $" up to {max}" : "")}";

    private string SeedText => Seed is { } seed ? $"{seed}" : "a fresh secret";

    private string? NetworkDifference(PassTerms now)
    {
        if (!Networks.Select(network => network.Id).SequenceEqual(now.Networks.Select(network => network.Id)))
            return $"its networks are {string.Join(", ", Networks.Select(network => network.Id))}, not "
                + $"{string.Join(", ", now.Networks.Select(network => network.Id))}";
        foreach ((PassNetwork then, PassNetwork other) in Networks.Zip(now.Networks))
            if (then != other)
                return then with { Function = other.Function } == other
                    ? $"{then.Id} was another function, {then.Function}: other weights, settings, build or machine"
                    : $"{then.Id} was a network of role {then.Role} with σ {then.Sigma}, stream {then.Stream} and "
                        + $"{then.Outcomes} outcomes";
        return null;
    }
}

/// <summary>Which images of which data set.</summary>
/// <param name="Data">The data set, split included.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="Skip">Every how manieth of them, ≥ 1.</param>
/// <param name="Max">The last index; null for all.</param>
public sealed record PassSelection(string Data, int Images, int Skip, int? Max);

/// <summary>A network of a pass.</summary>
/// <param name="Id">Its id in the registry.</param>
/// <param name="Role">"router" or "expert".</param>
/// <param name="Sigma">σ of its noise in [0,1] pixels.</param>
/// <param name="Function">Its function id: lower-case hex of a SHA-256.</param>
/// <param name="Stream">Which noise stream of each image's seed it draws from.</param>
/// <param name="Outcomes">How many outcomes it votes over.</param>
public sealed record PassNetwork(string Id, string Role, decimal Sigma, string Function, uint Stream, int Outcomes)
{
    /// <summary>The role of a network that votes over routes.</summary>
    public const string Router = "router";

    /// <summary>The role of a network that votes over classes.</summary>
    public const string Expert = "expert";
}
