using System.Collections.Immutable;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>What a request wants to know of its images.</summary>
internal enum InferMode
{
    /// <summary>The class with a certified radius.</summary>
    Certify,

    /// <summary>The class alone (Cohen's PREDICT).</summary>
    Predict,

    /// <summary>The route alone, of the router.</summary>
    Route,
}

/// <summary>What a request says of how to answer it.</summary>
/// <param name="Mode">What it wants to know.</param>
/// <param name="Counts">n0 and n of each stage; PREDICT draws n.</param>
/// <param name="FailureProbability">α of each image's answer.</param>
/// <param name="Seed">The caller's seed, or null for the server's.</param>
/// <param name="Mix">The only experts to ask; empty for all.</param>
internal sealed record InferParameters(
    InferMode Mode, SampleCounts Counts, double FailureProbability, ulong? Seed, ImmutableArray<string> Mix)
{
    /// <summary>How long the answer may take from its arrival on; null for as long as it takes.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>When there is enough; null draws the counts in full.</summary>
    public StoppingRules? Stopping { get; init; }

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>The same with an answer that may take this long at most; null for as long as it takes.</summary>
    public InferParameters Within(TimeSpan? most) =>
        most is null || Deadline <= most ? this : this with { Deadline = most };

    /// <summary>The plan of a certificate that draws its counts in full.</summary>
    public CertificationPlan FixedPlan => new(Counts, Counts, FailureProbability);
}

/// <summary>An inference request, read and checked.</summary>
/// <param name="Id">Returned as it came; null where there is none.</param>
/// <param name="Images">The images, at least one, of the model's shape.</param>
/// <param name="Parameters">How to answer.</param>
/// <param name="Outputs">What is asked for, in this order.</param>
internal sealed record InferRequest(
    string? Id, ImmutableArray<GridInput> Images, InferParameters Parameters, ImmutableArray<AnswerColumn> Outputs)
{
    /// <summary>The model that is asked.</summary>
    public AskedModel Model { get; init; } = AskedModel.Routed;

    /// <summary>Those of the outputs that are answered as bytes behind the JSON.</summary>
    public ImmutableArray<AnswerColumn> Binary { get; init; } = [];

    /// <summary>The names of parameters that it has and nobody here knows.</summary>
    public ImmutableArray<string> IgnoredParameters { get; init; } = [];

    /// <summary>Who asks: requests of one party wait for each other, those of several take turns.</summary>
    public string Party { get; init; } = "";

    /// <summary>Told when its turn came, so that queueing can be told from computing.</summary>
    public Action? TurnCame { get; init; }

    /// <summary>Counts the samples that are drawn for it.</summary>
    public DrawnSamples Drawn { get; init; } = new();

    /// <summary>The same after some of the time that its answer may take is gone.</summary>
    public InferRequest After(TimeSpan gone) => Parameters.Deadline is not { } due
        ? this
        : this with { Parameters = Parameters with { Deadline = due > gone ? due - gone : TimeSpan.Zero } };

    /// <inheritdoc cref="InferParameters.Within"/>
    public InferRequest Within(TimeSpan? most) => this with { Parameters = Parameters.Within(most) };

    /// <inheritdoc cref="InferParameters.Mode"/>
    public InferMode Mode => Parameters.Mode;

    /// <inheritdoc cref="InferParameters.Counts"/>
    public SampleCounts Counts => Parameters.Counts;

    /// <inheritdoc cref="InferParameters.FailureProbability"/>
    public double FailureProbability => Parameters.FailureProbability;

    /// <inheritdoc cref="InferParameters.FixedPlan"/>
    public CertificationPlan FixedPlan => Parameters.FixedPlan;

    /// <inheritdoc cref="InferParameters.Seed"/>
    public ulong? Seed => Parameters.Seed;
}

/// <summary>A request, or everything that is wrong with it.</summary>
internal sealed record InferReading(InferRequest? Request, RequestFaults Faults)
{
    /// <summary>One fault that leaves nothing else to look at.</summary>
    public static InferReading Of(string fault)
    {
        RequestFaults faults = new();
        faults.Add(fault);
        return new(null, faults);
    }
}
