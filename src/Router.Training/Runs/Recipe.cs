using System.Text.Json.Serialization;
using Router.Training.Batches;

namespace Router.Training.Runs;

/// <summary>How a network is trained, whatever for. Everything here decides the weights that come out.</summary>
public sealed record Recipe
{
    /// <summary>One of <see cref="Router.Engine.Architectures.CifarShape.Accepted"/>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Passes over the images, ≥ 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>Images per step, ≥ 1.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Which optimizer.</summary>
    public Optimizer Optimizer { get; init; } = Optimizer.Sgd;

    /// <summary>The largest learning rate of the schedule, &gt; 0.</summary>
    public double LearningRate { get; init; } = .1;

    /// <summary>SGD's momentum, or AdamW's β₁.</summary>
    public double Momentum { get; init; } = .9;

    /// <summary>Weight decay, ≥ 0.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>How the learning rate moves.</summary>
    public Schedule Schedule { get; init; } = Schedule.OneCycle;

    /// <summary>
    /// Of <see cref="Schedule.Step"/>: the epochs after which the rate is multiplied by <see cref="Decay"/>.
    /// </summary>
    public IReadOnlyList<int> Milestones { get; init; } = [];

    /// <summary>Of <see cref="Schedule.Step"/>: the factor, in (0, 1).</summary>
    public double Decay { get; init; } = .1;

    /// <summary>The share of steps in which <see cref="Schedule.OneCycle"/> rises, in (0, 1).</summary>
    public double Rise { get; init; } = .3;

    /// <summary>Whether only the head learns, on the features of the checkpoint the training starts from.</summary>
    public bool FreezeTrunk { get; init; }

    /// <summary>
    /// Whether batch normalization keeps the statistics of the checkpoint the training starts from. Not among the
    /// terms where it does not, so that older trainings go on.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool FreezeNorm { get; init; }

    /// <summary>Crop and flip.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.Cifar;

    /// <summary>The element type of activations.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Of first weights, order, crops and noise.</summary>
    public ulong Seed { get; init; }
}

/// <summary>Optimizers.</summary>
public enum Optimizer
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    AdamW,
}

/// <summary>How the learning rate moves from step to step.</summary>
public enum Schedule
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It is multiplied at milestones.</summary>
    Step,

    /// <summary>Half a cosine down to 0 (Loshchilov and Hutter 2017).</summary>
    Cosine,

    /// <summary>Up from a 25th and down to almost nothing (Smith and Topin 2018).</summary>
    OneCycle,
}

/// <summary>The element type of activations; weights and their sums stay Float32.</summary>
public enum Precision
{
    /// <summary>24 bits.</summary>
    Float32,

    /// <summary>8 bits: faster where the device multiplies tiles of it.</summary>
    BFloat16,
}
