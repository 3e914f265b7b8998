using Router.Engine;
using Router.Engine.LibTorch;
using Router.Evaluation;
using Router.Training.Batches;
using Router.Training.Objectives;

namespace Router.Training.Runs;

/// <summary>What an expert is trained for: one σ or several, one way of getting robust at it.</summary>
public sealed record ExpertTraining
{
    /// <summary>σ of the noise, in [0,1] pixels, &gt; 0.</summary>
    public required decimal Sigma { get; init; }

    /// <summary>
    /// Further σ that it learns at the same time, for a network that serves as several experts: each image of a batch
    /// has one of them in turn.
    /// </summary>
    public ValueArray<decimal> AlsoAt { get; init; } = [];

    /// <summary>What happens to noisy pixels before the first convolution.</summary>
    public required InputLayer Input { get; init; }

    /// <summary>Logits.</summary>
    public required int Classes { get; init; }

    /// <summary>How.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>How it gets robust at σ.</summary>
    public Robustness Robustness { get; init; } = new Robustness.Gaussian();

    /// <summary>
    /// The mix it is trained for; null for its own σ alone. Only with <see cref="Robustness.Consistency"/>.
    /// </summary>
    public Mix? ForMix { get; init; }

    /// <summary>All its σ.</summary>
    public NoiseLevels Noise => new([Sigma, .. AlsoAt]);

    private IObjective Objective => (Robustness, ForMix) switch
    {
        (_, { }) when AlsoAt.Count > 0 => throw new BadInputException(
            $"an expert is trained for a mix at one σ, not at {Noise}: what it can win differs from σ to σ"),
        (Robustness.Consistency consistency, { } mix) => new ConsistencyForMix(Sigma, consistency, mix),
        (_, { }) => throw new BadInputException(
            "an expert is trained for a mix by consistency regularisation: for noise alone by that with λ = 0, η = 0"),
        (var robustness, null) => Unweighted(robustness, Noise),
    };

    private static IObjective Unweighted(Robustness robustness, NoiseLevels noise) => robustness switch
    {
        Robustness.Consistency { Copies: var m, Lambda: var lambda, Eta: var eta } => new ConsistencyRegularization(
            noise, m, lambda, eta),
        Robustness.Adversarial { Epsilon: var epsilon, Steps: var steps, Copies: var m, Warmup: var warmup } =>
            new AdversarialAugmentation(noise, epsilon, steps, m, warmup),
        _ => new GaussianAugmentation(noise),
    };

    /// <summary>What it is trained for, in words.</summary>
    public string Description => Objective.Description;

    /// <summary>Begins the training, or takes it up.</summary>
    /// <param name="folder">Where state and metrics are kept.</param>
    /// <param name="images">What it learns.</param>
    /// <param name="held">What it is measured on after every epoch; null for nothing.</param>
    /// <param name="init">The checkpoint it starts from; null for fresh weights.</param>
    /// <param name="resume">Whether a state that is there is taken up.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="BadInputException">
    /// There is a state already, or one of other terms; or the targets of the mix are not of these images.
    /// </exception>
    /// <exception cref="InvalidDataException">The checkpoint to start from is of another network.</exception>
    public TrainingRun Begin(
        string folder, TrainingImages images, TrainingImages? held, Initial? init, bool resume, string device,
        TimeProvider clock)
    {
        IObjective objective = Objective;
        ForMix?.Targets.CheckThatTheyCover(images);
        return new(
            folder, Recipe, objective, Input, Classes, images, held, init, resume, NativeTorch.Device(device), clock,
            AlsoAt.Count == 0 ? null : Noise.Sigmas.ToDictionary(
                sigma => sigma, sigma => Unweighted(Robustness, NoiseLevels.Of(sigma))));
    }
}
