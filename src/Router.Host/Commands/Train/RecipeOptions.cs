using System.CommandLine;
using Router.Training.Batches;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>The options of every training: how the weights are found.</summary>
internal sealed class RecipeOptions(string prefix = "--")
{
    private readonly Option<string> _architecture = new(prefix + "architecture") { Description = "cifar_resnetD with D = 6n+2, or cifar_resnetD_mlpH with two hidden layers of H before the logits." };
    private readonly Option<int> _epochs = new(prefix + "epochs") { Description = "Passes over the images." };
    private readonly Option<int> _batch = new(prefix + "batch") { Description = "Images per step.", DefaultValueFactory = _ => 256 };
    private readonly Option<string> _optimizer = new(prefix + "optimizer") { Description = "sgd or adamw." };
    private readonly Option<double> _rate = new(prefix + "lr") { Description = "The largest learning rate." };
    private readonly Option<double> _decay = new(prefix + "weight-decay") { Description = "Weight decay." };
    private readonly Option<string> _schedule = new(prefix + "schedule") { Description = "onecycle, cosine, step or constant.", DefaultValueFactory = _ => "onecycle" };
    private readonly Option<int[]> _milestones = new(prefix + "milestones") { Description = "Of step: after which epochs.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    private readonly Option<double> _gamma = new(prefix + "gamma") { Description = "Of step: by what factor.", DefaultValueFactory = _ => .1 };
    private readonly Option<double> _rise = new(prefix + "rise") { Description = "Of onecycle: the share of steps in which the rate rises.", DefaultValueFactory = _ => .3 };
    private readonly Option<bool> _freeze = new(prefix + "freeze-trunk") { Description = "Only the head learns, on the features of --init." };
    private readonly Option<string> _augment = new(prefix + "augment") { Description = "crop-flip or none." };
    private readonly Option<string> _precision = new(prefix + "precision") { Description = "float32, bfloat16 or auto: what the device multiplies fastest.", DefaultValueFactory = _ => "auto" };
    private readonly Option<ulong> _seed = new(prefix + "seed") { Description = "Of weights, order, crops and noise.", DefaultValueFactory = _ => 0 };

    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="defaults">What stands where nothing is said.</param>
    /// <param name="without">Options that are not the user's to choose, by name without prefix.</param>
    public RecipeOptions AddTo(Command command, Recipe defaults, params string[] without)
    {
        _architecture.DefaultValueFactory = _ => defaults.Architecture;
        _epochs.DefaultValueFactory = _ => defaults.Epochs;
        _optimizer.DefaultValueFactory = _ => defaults.Optimizer == Optimizer.AdamW ? "adamw" : "sgd";
        _rate.DefaultValueFactory = _ => defaults.LearningRate;
        _decay.DefaultValueFactory = _ => defaults.WeightDecay;
        _augment.DefaultValueFactory = _ => defaults.Augmentation == Augmentation.None ? "none" : "crop-flip";
        _optimizer.AcceptOnlyFromAmong("sgd", "adamw");
        _schedule.AcceptOnlyFromAmong("onecycle", "cosine", "step", "constant");
        _augment.AcceptOnlyFromAmong("crop-flip", "none");
        _precision.AcceptOnlyFromAmong("float32", "bfloat16", "auto");
        _epochs.Validators.Add(Cli.Range.AtLeast<int>(1));
        _batch.Validators.Add(Cli.Range.AtLeast<int>(1));
        _rate.Validators.Add(Cli.Range.Number(0));
        _decay.Validators.Add(Cli.Range.Number(0, included: true));
        _gamma.Validators.Add(Cli.Range.Number(0, 1));
        _rise.Validators.Add(Cli.Range.Number(0, 1));
        foreach (Option option in (Option[])[_architecture, _epochs, _batch, _optimizer, _rate, _decay, _schedule, _milestones, _gamma, _rise, _freeze, _augment, _precision, _seed])
            if (!without.Contains(option.Name[prefix.Length..]))
                command.Options.Add(option);
        return this;
    }

    /// <summary>What was asked for, for a device.</summary>
    public Recipe Read(ParseResult parsed, string device) => new()
    {
        // Not the user's to choose where the command lacks the option.
        Architecture = parsed.GetValue(_architecture) ?? "",
        Epochs = parsed.GetValue(_epochs),
        BatchSize = parsed.GetValue(_batch),
        Optimizer = parsed.GetValue(_optimizer) == "adamw" ? Optimizer.AdamW : Optimizer.Sgd,
        LearningRate = parsed.GetValue(_rate),
        WeightDecay = parsed.GetValue(_decay),
        Schedule = parsed.GetValue(_schedule) switch
        {
            "cosine" => Schedule.Cosine,
            "step" => Schedule.Step,
            "constant" => Schedule.Constant,
            _ => Schedule.OneCycle,
        },
        Milestones = parsed.GetValue(_milestones)!,
        Decay = parsed.GetValue(_gamma),
        Rise = parsed.GetValue(_rise),
        FreezeTrunk = parsed.GetValue(_freeze),
        Augmentation = parsed.GetValue(_augment) == "none" ? Augmentation.None : Augmentation.Cifar,
        Precision = parsed.GetValue(_precision) switch
        {
            "float32" => Precision.Float32,
            "bfloat16" => Precision.BFloat16,
            _ => TrainingDevice.FastestPrecision(device),
        },
        Seed = parsed.GetValue(_seed),
    };
}
