using System.Globalization;
using Router.Engine.LibTorch;
using Router.Training.Batches;
using Router.Training.Networks;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Training.Objectives;

/// <summary>
/// What both ways of training a router share: targets by row of the training images, m draws of noise, the share of
/// provable radii that is kept.
/// </summary>
internal abstract class RouterObjective : IObjective, IDisposable
{
    private readonly torch.Tensor _chances, _weights;
    private readonly Dictionary<int, long> _rows;
    private readonly string _targets;

    /// <summary>For images that have targets.</summary>
    /// <param name="training">The terms.</param>
    /// <param name="targets">Of every image that will be seen.</param>
    /// <param name="device">Where the router is trained.</param>
    protected RouterObjective(RouterTraining training, TrueRadii targets, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        (Training, _targets) = (training, targets.Hash);
        _rows = targets.Images.Index().ToDictionary(image => image.Item.Index, image => (long)image.Index);
        _chances = torch.tensor(
            GoodRoutes.Table(targets, training.Radii),
            [targets.Images.Length, training.Radii.Length, targets.Experts.Length])
            .to(device).DetachFromDisposeScope();
        _weights =
            torch.tensor([.. training.Weights.Select(weight => (float)weight)]).to(device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public string Description => $"{Aim}, targets {_targets[..16]}";

    /// <summary>What is learned from the targets, with its constants.</summary>
    protected abstract string Aim { get; }

    protected RouterTraining Training { get; }

    /// <inheritdoc/>
    public Judgement Judge(Batch batch, TrainableResNet network, bool training)
    {
        NoiseLevels noise = NoiseLevels.Of(Training.Sigma);
        torch.Tensor logits = network.Forward(
            batch.Noisy(noise, Training.Copies), training, batch.Sigmas(noise, Training.Copies));
        torch.Tensor chances = Rows(_chances, batch);
        return new(Loss(logits, batch, chances, _weights), StayAmongGood.Kept(logits, chances, _weights));
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _chances.Dispose();
        _weights.Dispose();
    }

    /// <summary>The loss of a batch, a scalar.</summary>
    protected abstract torch.Tensor Loss(torch.Tensor logits, Batch batch, torch.Tensor chances, torch.Tensor weights);

    /// <summary>The rows of a table that belong to the images of a batch.</summary>
    protected torch.Tensor Rows(torch.Tensor table, Batch batch) =>
        table.index_select(0, torch.tensor([.. batch.Images.Select(image => _rows[image])]).to(table.device));

    protected static string Text(IEnumerable<double> numbers) =>
        string.Join(' ', numbers.Select(number => number.ToString("g4", CultureInfo.InvariantCulture)));
}

/// <summary>Ours: <see cref="StayAmongGood"/>, and the agreement of noise copies.</summary>
internal sealed class GoodRoutesObjective(RouterTraining training, TrueRadii targets, torch.Device device)
    : RouterObjective(training, targets, device)
{
    /// <inheritdoc/>
    protected override string Aim => string.Create(
        CultureInfo.InvariantCulture,
        $"stay among the good routes at ρ = {Text(Training.Radii)} with weights {Text(Training.Weights)}, σ = "
        + $"{Training.Sigma}, m = {Training.Copies}, λ = {Training.Lambda}, η = {Training.Eta}");

    /// <inheritdoc/>
    protected override torch.Tensor Loss(torch.Tensor logits, Batch batch, torch.Tensor chances, torch.Tensor weights)
    {
        torch.Tensor lost = StayAmongGood.PerImage(logits, chances, weights).mean();
        return Training.Lambda == 0 && Training.Eta == 0
            ? lost
            : lost.Plus(Consistency.PerImage(logits, Training.Copies, Training.Lambda, Training.Eta).mean());
    }
}

/// <summary>The paper's: soft optimal-σ labels, balanced, and consistency weighted by the radius at stake.</summary>
internal sealed class OptimalSigmaObjective : RouterObjective
{
    private readonly torch.Tensor _soft, _balance, _stake;

    public OptimalSigmaObjective(RouterTraining training, TrueRadii targets, torch.Device device)
        : base(training, targets, device)
    {
        using var scope = torch.NewDisposeScope();
        RouteTargets labels = RouteTargets.Of(targets, training.Temperature);
        double[] balance = RouterLoss.Balance([.. labels.Images.Select(image => image.Best)], targets.Experts.Length);
        _soft = torch.tensor(
            [.. labels.Images.SelectMany(image => image.Soft.Select(share => (float)share))],
            [labels.Images.Length, targets.Experts.Length])
            .to(device).DetachFromDisposeScope();
        _balance = torch.tensor([.. labels.Images.Select(image => (float)balance[image.Best])]).to(device)
            .DetachFromDisposeScope();
        // w_r: the largest radius, which a change of route would put at stake, times what makes its mean 1.
        double mean = Math.Max(1e-12, labels.Images.Average(image => image.Radii.Max()));
        _stake = torch.tensor([.. labels.Images.Select(image => (float)(image.Radii.Max() / mean))]).to(device)
            .DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    protected override string Aim => string.Create(
        CultureInfo.InvariantCulture,
        $"soft optimal-σ labels with T = {Training.Temperature}, σ = {Training.Sigma}, m = {Training.Copies}, λ = "
        + $"{Training.Lambda}, η = {Training.Eta}");

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _soft.Dispose();
        _balance.Dispose();
        _stake.Dispose();
    }

    /// <inheritdoc/>
    protected override torch.Tensor Loss(
        torch.Tensor logits, Batch batch, torch.Tensor chances, torch.Tensor weights) =>
        RouterLoss.Value(
            logits, Rows(_soft, batch), Rows(_balance, batch), Rows(_stake, batch), Training.Lambda, Training.Eta);
}
