using System.CommandLine;
using Router.Engine.Architectures;
using Router.Host.Cli;
using Router.Training.Batches;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>The options of every training: how the weights are found.</summary>
/// <param name="command">The command.</param>
/// <param name="defaults">What stands where nothing is said.</param>
/// <param name="prefix">What their names begin with.</param>
/// <param name="without">Options that are not the user's to choose, by name without prefix.</param>
internal sealed class RecipeOptions(
    Command command, Recipe defaults, string prefix = "--", params string[] without)
{
    private readonly Option<string>? _architecture = without.Contains("architecture") ? null : command.Option(
        prefix + "architecture",
        $"{CifarShape.Accepted}.",
        defaults.Architecture, Accepted.Trainable);
    private readonly Option<int> _epochs = command.Option(
        prefix + "epochs", "Passes over the images.", defaults.Epochs, Accepted.AtLeast(1));
    private readonly Option<int> _batch = command.Option(
        prefix + "batch", "Images per step.", 256, Accepted.AtLeast(1));
    private readonly Option<string> _optimizer = command.Choice(
        prefix + "optimizer", "sgd or adamw.", defaults.Optimizer == Optimizer.AdamW ? "adamw" : "sgd",
        "sgd", "adamw");
    private readonly Option<double> _rate = command.Option(
        prefix + "lr", "The largest learning rate.", defaults.LearningRate, Accepted.Above(0));
    private readonly Option<double> _decay = command.Option(
        prefix + "weight-decay", "Weight decay.", defaults.WeightDecay, Accepted.From(0));
    private readonly ScheduleOptions _schedule = new(command, prefix);
    private readonly Option<bool> _freeze = command.Option<bool>(
        prefix + "freeze-trunk", "Only the head learns, on the features of the checkpoint it starts from.");
    private readonly Option<bool> _freezeNorm = command.Option<bool>(
        prefix + "freeze-norm",
        "Batch normalization keeps the statistics of the checkpoint it starts from, folded into the convolutions: "
        + "steps are faster.");
    private readonly Option<string> _augment = command.Choice(
        prefix + "augment", "crop-flip or none.", defaults.Augmentation == Augmentation.None ? "none" : "crop-flip",
        "crop-flip", "none");
    private readonly Option<string> _precision = command.Choice(
        prefix + "precision", "float32, bfloat16 or auto: what the device multiplies fastest.", "auto",
        "float32", "bfloat16", "auto");
    private readonly Option<ulong>? _seed = without.Contains("seed") ? null : command.Option(
        prefix + "seed", "Of weights, order, crops and noise.", 0UL);

    /// <summary>What was asked for, for a device.</summary>
    public Recipe Read(ParseResult parsed, string device) => _schedule.Apply(parsed, new()
    {
        Architecture = _architecture is null ? "" : parsed.GetValue(_architecture)!,
        Epochs = parsed.GetValue(_epochs),
        BatchSize = parsed.GetValue(_batch),
        Optimizer = parsed.GetValue(_optimizer) == "adamw" ? Optimizer.AdamW : Optimizer.Sgd,
        LearningRate = parsed.GetValue(_rate),
        WeightDecay = parsed.GetValue(_decay),
        FreezeTrunk = parsed.GetValue(_freeze),
        FreezeNorm = parsed.GetValue(_freezeNorm),
        Augmentation = parsed.GetValue(_augment) == "none" ? Augmentation.None : Augmentation.Cifar,
        Precision = parsed.GetValue(_precision) switch
        {
            "float32" => Precision.Float32,
            "bfloat16" => Precision.BFloat16,
            _ => TrainingDevice.FastestPrecision(device),
        },
        Seed = _seed is null ? 0 : parsed.GetValue(_seed),
    });
}
