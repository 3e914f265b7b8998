using System.Collections.Immutable;
using System.Globalization;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Evaluation;
using Router.Training.Batches;
using Router.Training.Objectives;
using Router.Training.Targets;

namespace Router.Training.Runs;

/// <summary>
/// What a router is trained for: the noise it is smoothed with, and how good routes are told from bad ones.
/// </summary>
public sealed record RouterTraining
{
    /// <summary>
    /// s: σ of the router's own noise, &gt; 0; below the largest σ it routes to, it would cap the radius.
    /// </summary>
    public required decimal Sigma { get; init; }

    /// <summary>What happens to noisy pixels before the first convolution.</summary>
    public required InputLayer Input { get; init; }

    /// <summary>How.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>Which loss.</summary>
    public RouterLossKind Loss { get; init; } = RouterLossKind.GoodRoutes;

    /// <summary>m ≥ 1: draws of noise per image in a step.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>λ of the consistency of copies, ≥ 0.</summary>
    public double Lambda { get; init; }

    /// <summary>η of the entropy of their mean, ≥ 0.</summary>
    public double Eta { get; init; }

    /// <summary>T of the soft labels, &gt; 0.</summary>
    public double Temperature { get; init; } = .1;

    /// <summary>ρ: the radii at which routes are good or bad, ascending from 0.</summary>
    public ImmutableArray<double> Radii { get; init; } = [0, .25, .5, .75, 1, 1.25, 1.5, 1.75, 2, 2.25];

    /// <summary>What each of <see cref="Radii"/> counts, ≥ 0.</summary>
    public ImmutableArray<double> Weights { get; init; } = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1];

    /// <summary>All of it but the recipe and the input layer, in words.</summary>
    public string Settings => string.Create(
        CultureInfo.InvariantCulture,
        $"{Loss} at σ = {Sigma}, m = {Copies}, λ = {Lambda}, η = {Eta}, T = {Temperature}, ρ = "
        + $"{string.Join(' ', Radii)} with weights {string.Join(' ', Weights)}");

    /// <summary>Begins the training, or takes it up.</summary>
    /// <param name="folder">Where state and metrics are kept.</param>
    /// <param name="targets">What the experts answered for each image; its experts are the routes.</param>
    /// <param name="images">What is learned; every image has its target.</param>
    /// <param name="held">What is measured after every epoch, with targets too; null for nothing.</param>
    /// <param name="init">
    /// The checkpoint it starts from: an expert at σ = s, or a router; null for fresh weights.
    /// </param>
    /// <param name="resume">Whether a state that is there is taken up.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="ArgumentException">Weights do not fit the radii.</exception>
    /// <exception cref="BadInputException">
    /// There is a state already, or one of other terms; or the targets are not of these images.
    /// </exception>
    public TrainingRun Begin(
        string folder, TrueRadii targets, TrainingImages images, TrainingImages? held, Initial? init, bool resume,
        string device, TimeProvider clock)
    {
        if (Weights.Length != Radii.Length)
            throw new ArgumentException($"{Weights.Length} weights for {Radii.Length} radii");
        targets.CheckThatTheyCover(images);
        if (held is not null) targets.CheckThatTheyCover(held);
        torch.Device where = NativeTorch.Device(device);
        RouterObjective objective = Loss == RouterLossKind.GoodRoutes
            ? new GoodRoutesObjective(this, targets, where)
            : new OptimalSigmaObjective(this, targets, where);
        return new(folder, Recipe, objective, Input, targets.Experts.Length, images, held, init, resume, where, clock);
    }
}

/// <summary>Losses of a router.</summary>
public enum RouterLossKind
{
    /// <summary>Ours: lose nothing of what the experts can prove, at any radius.</summary>
    GoodRoutes,

    /// <summary>The paper's: soft optimal-σ labels.</summary>
    OptimalSigma,
}
