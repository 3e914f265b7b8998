using System.Collections.Immutable;
using Router.Votes;
using Router.Votes.Noise;

namespace Tests;

/// <summary>
/// A voter without a network: a test writes down what it votes, and what else becomes of a request. It keeps what it
/// was asked.
/// </summary>
/// <param name="name">Its function's name.</param>
/// <param name="sigma">Its σ.</param>
/// <param name="outcomes">How many outcomes it votes over.</param>
/// <param name="counts">
/// The votes of a request for each outcome; samples that none has are undecided, or passes.
/// </param>
internal sealed class ScriptedVoter(
    string name, decimal sigma, int outcomes, Func<VoteRequest, IEnumerable<long>> counts) : IVoter
{
    private readonly Lock _lock = new();

    /// <summary>Of every hundred samples, how many go to each outcome.</summary>
    public ScriptedVoter(string name, decimal sigma, params int[] perHundred)
        : this(name, sigma, perHundred.Length, request => Divided(request, n => perHundred.Select(k => n * k / 100)))
    {
        if (perHundred.Sum() != 100)
            throw new ArgumentException($"{string.Join(" + ", perHundred)} is not 100", nameof(perHundred));
    }

    /// <summary>Which share of the samples goes to each outcome.</summary>
    public ScriptedVoter(string name, decimal sigma, params double[] shares)
        : this(name, sigma, shares.Length, request => Divided(request, n => shares.Select(k => (long)(k * n))))
    {
    }

    /// <summary>Which outcome each sample goes to; null where it is undecided.</summary>
    public ScriptedVoter(string name, decimal sigma, int outcomes, Func<NoiseStream, long, int?> vote)
        : this(name, sigma, outcomes, request => Counted(request, outcomes, vote))
    {
    }

    /// <summary>What its function is made of.</summary>
    public ImmutableDictionary<string, string> Properties { get; } =
        ImmutableDictionary<string, string>.Empty.Add("name", name);

    public FunctionId FunctionId { get; init; } = FunctionId.Of([new("name", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => outcomes;

    /// <summary>Whether samples that no outcome has are passes.</summary>
    public bool Passes { get; init; }

    /// <summary>Every request, in order; those that it refused too.</summary>
    public List<VoteRequest> Asked { get; } = [];

    /// <summary>Whether it cannot answer a request.</summary>
    public Func<VoteRequest, bool> Fails { get; set; } = _ => false;

    /// <summary>What comes before each answer: it may wait, or throw.</summary>
    public Func<VoteRequest, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Changes an answer on its way out: a voter that is broken.</summary>
    public Func<VoteCounts, VoteCounts> Answer { get; set; } = votes => votes;

    /// <summary>Always the same outcome.</summary>
    public static ScriptedVoter Sure(string name, int outcome, int outcomes = 2, decimal sigma = 0.5m) =>
        new(
            name, sigma, outcomes,
            request => Enumerable.Range(0, outcomes).Select(k => k == outcome ? request.Range.Count : 0))
        {
            FunctionId = new(name),
        };

    /// <summary>Each sample goes to an outcome that follows from stream and index alone, as with a network.</summary>
    public static ScriptedVoter Drawn(string name, decimal sigma, params double[] shares) =>
        new(name, sigma, shares.Length, (stream, sample) =>
        {
            double u = Math.ScaleB(stream.Uniform(sample, 0), -64);
            int outcome = 0;
            while (outcome < shares.Length - 1 && (u -= shares[outcome]) > 0) outcome++;
            return outcome;
        });

    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) Asked.Add(request);
        if (Fails(request)) throw new VoterUnavailableException(FunctionId, "the device is gone");
        await Before(request, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        ImmutableArray<long> counted = [.. counts(request)];
        request.Progress?.Report(request.Range.Count);
        long rest = request.Range.Count - counted.Sum();
        return Answer(new(counted, Passes ? 0 : rest, request.Range, FunctionId, Passes ? rest : 0));
    }

    // What rounding leaves goes to the first.
    private static long[] Divided(VoteRequest request, Func<long, IEnumerable<long>> parts)
    {
        long[] divided = [.. parts(request.Range.Count)];
        divided[0] += request.Range.Count - divided.Sum();
        return divided;
    }

    private static long[] Counted(VoteRequest request, int outcomes, Func<NoiseStream, long, int?> vote)
    {
        long[] counted = new long[outcomes];
        for (long sample = request.Range.From; sample < request.Range.To; sample++)
            if (vote(request.Stream, sample) is { } outcome) counted[outcome]++;
        return counted;
    }
}
