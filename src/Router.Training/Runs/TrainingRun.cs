using System.Globalization;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Training.Batches;
using Router.Training.Networks;
using Router.Training.Objectives;

namespace Router.Training.Runs;

/// <summary>
/// One training: steps over shuffled batches, a checkpoint after every epoch. It may be killed at any time and loses at
/// most the epoch it was in; resumed on the same CPU with as many threads it ends with the same bits.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    private readonly FileLock _lock;
    private readonly TrainingTerms _terms;
    private readonly IObjective _objective;
    private readonly IReadOnlyDictionary<decimal, IObjective>? _bySigma;
    private readonly TrainingImages _images;
    private readonly TrainingImages? _held;
    private readonly torch.Device _device;
    private readonly TimeProvider _clock;
    private readonly Optimization _optimization;
    private readonly TrainingState _state;
    private readonly MetricsLog _metrics;
    private readonly TrainingSeed _seed;

    internal TrainingRun(
        string folder, Recipe recipe, IObjective objective, InputLayer input, int outputs, TrainingImages images,
        TrainingImages? held,
        Initial? init, bool resume, torch.Device device, TimeProvider clock,
        IReadOnlyDictionary<decimal, IObjective>? bySigma = null)
    {
        _bySigma = bySigma;
        if ((recipe.FreezeTrunk || recipe.FreezeNorm) && init is null)
            throw new BadInputException(
                $"a frozen {(recipe.FreezeTrunk ? "trunk" : "batch normalization")} is that of a checkpoint to start "
                + "from, and there is none: give one with --init");
        (_objective, _images, _held, _device, _clock, _seed) =
            (objective, images, held, device, clock, new(recipe.Seed));
        _terms = new(
            recipe, objective.Description, $"{images.Name}: {images.Count}, {images.Hash}", input.ToString()!, outputs,
            init?.Sha256);
        string state = StateIn(Directory.CreateDirectory(folder).FullName);
        _lock = FileLock.Take(state);
        try
        {
            Network = new(
                recipe.Architecture, outputs, input,
                recipe.Precision == Precision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32, device,
                _seed.Word(Purpose.Weights, epoch: 0, position: 0))
            {
                TrunkIsFrozen = recipe.FreezeTrunk, NormIsFrozen = recipe.FreezeNorm,
            };
            _optimization = new(recipe, Network.Parameters, StepsPerEpoch);
            NativeHeap.KeepFreedMemory();
            (_state, _metrics) = (new(state), new(Path.Combine(folder, MetricsFile), [.. Sigmas]));
            if (_state.Exists && !resume)
                throw new BadInputException(
                    $"{folder} holds a training already: take it up with --resume, or train into another folder");
            string? anothers = _metrics.IsAnothers ? MetricsFile
                : File.Exists(Path.Combine(folder, WeightsFile)) ? WeightsFile : null;
            if (anothers is not null && !_state.Exists)
                throw new BadInputException(
                    $"{Path.Combine(folder, anothers)} is there without the training that it is of: train into another "
                    + "folder, or remove it");
            if (_state.Exists)
                EpochsDone = _state.Restore(_terms.ToText(), Network, _optimization, StepsPerEpoch);
            else if (init is not null)
                TakeUp(init);
            _metrics.Open(EpochsDone);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The weights that a finished training leaves in its folder.</summary>
    public const string WeightsFile = "weights.safetensors";

    private const string MetricsFile = "metrics.tsv";

    /// <summary>Whether a folder holds a training that can be taken up.</summary>
    public static bool IsIn(string folder) => File.Exists(StateIn(folder));

    /// <summary>How it is trained.</summary>
    public Recipe Recipe => _terms.Recipe;

    /// <summary>What it is trained for, in words.</summary>
    public string Objective => _terms.Objective;

    /// <summary>Steps of an epoch: whole batches.</summary>
    public int StepsPerEpoch => EpochOrder.Steps(_images.Count, Recipe.BatchSize);

    /// <summary>Epochs on disk.</summary>
    public int EpochsDone { get; private set; }

    /// <summary>What is trained.</summary>
    internal TrainableResNet Network { get; }

    /// <summary>Trains until the recipe's epochs are done.</summary>
    /// <param name="epochs">Told of every epoch on disk.</param>
    /// <param name="steps">Told how many steps are done, of all epochs together.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="BadInputException">The loss is no number any more.</exception>
    /// <exception cref="IOException">The disk is full or gone; the checkpoint before is kept.</exception>
    public void Train(IProgress<EpochMetrics>? epochs, IProgress<int>? steps, CancellationToken cancellationToken)
    {
        while (EpochsDone < Recipe.Epochs)
        {
            EpochMetrics metrics = TrainEpoch(EpochsDone + 1, steps, cancellationToken);
            _metrics.Append(metrics);
            _state.Save(EpochsDone + 1, _terms.ToText(), Network, _optimization);
            EpochsDone++;
            epochs?.Report(metrics);
        }
    }

    /// <summary>The share of right answers under noise, one draw per image.</summary>
    /// <param name="images">Any images of the network's shape.</param>
    /// <param name="epoch">Addresses the draws.</param>
    /// <param name="sigma">
    /// Of a network of several σ under which of them; null for all, and of a network of one for its own.
    /// </param>
    public double Measure(TrainingImages images, int epoch, decimal? sigma = null)
    {
        if (sigma is null && _bySigma is not null)
            return Sigmas.Average(one => Measure(images, epoch, one));
        IObjective objective = sigma is { } asked && _bySigma is not null ? _bySigma[asked] : _objective;
        using IDisposable plain = torch.no_grad();
        double right = 0;
        foreach (int[] rows in Enumerable.Range(0, images.Count).Chunk(Recipe.BatchSize))
        {
            using var scope = torch.NewDisposeScope();
            using NormalNumbers normal = new(_seed.Word(Purpose.Validation, epoch, rows[0]), _device);
            Batch batch = Batch.Cut(images, epoch, rows, Augmentation.None, _ => 0, normal, _device);
            right += objective.Judge(batch, Network, training: false).Right.item<float>() * rows.Length;
        }
        return right / images.Count;
    }

    /// <summary>Writes the weights as they are now, in the form that is served.</summary>
    /// <param name="path">A .safetensors file.</param>
    public void WriteWeights(string path) => SafeTensors.Write(path, Network.Export(), new Dictionary<string, string>
    {
        ["arch"] = Recipe.Architecture, ["epoch"] = EpochsDone.ToString(CultureInfo.InvariantCulture),
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        (_objective as IDisposable)?.Dispose();
        _optimization.Dispose();
        Network.Dispose();
        _lock.Dispose();
    }

    private static string StateIn(string folder) => Path.Combine(folder, "state.safetensors");

    // Those of a network of several.
    private IEnumerable<decimal> Sigmas => _bySigma?.Keys ?? [];

    private void TakeUp(Initial init)
    {
        if (UnusableWeights.Describe(init.Tensors.Values) is { Length: > 0 } unusable)
            throw new InvalidDataException(
                $"nothing can be learned from the checkpoint to start from (sha256 {init.Sha256}){unusable}");
        try
        {
            Network.Load(init.Tensors, warmUp: !init.HasHead);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"the checkpoint to start from (sha256 {init.Sha256}) is of another network "
                + $"than {Recipe.Architecture}: {fault.Message}", fault);
        }
    }

    private EpochMetrics TrainEpoch(int epoch, IProgress<int>? steps, CancellationToken cancellationToken)
    {
        long begun = _clock.GetTimestamp();
        int[] order = EpochOrder.Of(_images.Count, _seed, epoch);
        double loss = 0, right = 0, rate = 0;
        for (int step = 0; step < StepsPerEpoch; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            rate = _optimization.Rate;
            (double stepLoss, double stepRight) = Step(order, epoch, step);
            if (!double.IsFinite(stepLoss))
                throw new BadInputException(
                    $"the loss is {stepLoss} at epoch {epoch}, step {step + 1} of {StepsPerEpoch}, learning rate "
                    + $"{rate:g4}: a smaller one would help; the state after epoch {EpochsDone} is kept");
            (loss, right) = (loss + stepLoss, right + stepRight);
            steps?.Report((epoch - 1) * StepsPerEpoch + step + 1);
        }
        if (!Network.IsFinite)
            throw new BadInputException(
                $"a weight is no number after epoch {epoch}, learning rate {rate:g4}: a smaller "
                + $"one would help; the state after epoch {EpochsDone} is kept");
        double[] bySigma = _held is null ? [] : [.. Sigmas.Select(sigma => Measure(_held, epoch, sigma))];
        double? validation = _held is null ? null : bySigma.Length > 0 ? bySigma.Average() : Measure(_held, epoch);
        return new(epoch, rate, loss / StepsPerEpoch, right / StepsPerEpoch, validation, _clock.GetElapsedTime(begun))
        {
            ValidationBySigma = bySigma,
        };
    }

    private (double Loss, double Right) Step(int[] order, int epoch, int step)
    {
        using var scope = torch.NewDisposeScope();
        using NormalNumbers normal = new(_seed.Word(Purpose.Noise, epoch, step), _device);
        int[] rows = [.. order.Skip(step * Recipe.BatchSize).Take(Recipe.BatchSize)];
        Batch batch = Batch.Cut(
            _images, epoch, rows, Recipe.Augmentation, row => _seed.Word(Purpose.Crop, epoch, row), normal, _device);
        Judgement judgement = _objective.Judge(batch, Network, training: true);
        double loss = judgement.Loss.item<float>(), right = judgement.Right.item<float>();
        // A loss that is no number has no gradient to follow, and following it would spoil the weights.
        if (double.IsFinite(loss)) _optimization.Descend(judgement.Loss);
        return (loss, right);
    }
}
