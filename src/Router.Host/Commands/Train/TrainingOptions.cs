using System.CommandLine;
using Router.Data;
using Router.Experts.Checkpoints;
using Router.Experts.Inputs;
using Router.Host.Cli;
using Router.Training.Batches;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Host.Commands.Train;

/// <summary>The options of every training: on what, from what, where to.</summary>
internal sealed class TrainingOptions
{
    private readonly Argument<string> _data = new("data") { Description = "The data set to learn: cifar10 or shapes10." };
    private readonly Option<string> _output = new("--out", "-o") { Description = "The .safetensors file to write; its model card goes beside it.", Required = true };
    private readonly Option<string> _id = new("--id") { Description = "Its id in the registry.", Required = true };
    private readonly Option<string?> _folder = new("--run") { Description = "Where state and metrics are kept (default: beside the output)." };
    private readonly Option<string> _input = new("--input") { Description = "standardize, center or none.", DefaultValueFactory = _ => "standardize" };
    private readonly Option<string?> _init = new("--init") { Description = "A checkpoint to start from; its last layer is left out where it is of another width." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Take an interrupted training up." };
    private readonly Option<int> _held = new("--hold-out") { Description = "Do not learn the last so many images; measure on them after every epoch.", DefaultValueFactory = _ => 0 };
    private readonly Option<int?> _images = new("--images") { Description = "Learn only the first so many of the others." };
    private readonly Option<string> _split = new("--split") { Description = "train or test: test only where targets of a router are about test images, for an estimate.", DefaultValueFactory = _ => "train" };
    private readonly Option<string?> _without = new("--without-fold") { Description = "Do not learn the images whose index is k modulo K, written k/K: another network will ask this one about them." };
    private readonly Option<string> _device = new("--device") { Description = "cpu, or cuda:N.", DefaultValueFactory = _ => TrainingDevice.Default };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads on the CPU (default: one per core); another number gives other last bits." };

    public TrainingOptions(Command command)
    {
        command.Arguments.Add(_data);
        foreach (Option option in (Option[])[_output, _id, _folder, _input, _init, _resume, _held, _images, _split, _without, _device, _threads])
            command.Options.Add(option);
        _input.AcceptOnlyFromAmong("standardize", "center", "none");
        _split.AcceptOnlyFromAmong("train", "test");
        _held.Validators.Add(Cli.Range.AtLeast<int>(0));
        _images.Validators.Add(Cli.Range.AtLeast<int?>(1));
        _without.Validators.Add(SelectionOptions.IsFold);
        _threads.Validators.Add(Cli.Range.AtLeast<int?>(1));
    }

    /// <summary>What was asked for; threads are set.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="among">Which images of the data set may be learned or measured at all; null for all.</param>
    /// <exception cref="InputFault">There is no such data set, or nothing of it is left to learn.</exception>
    public TrainingRequest Read(ParseResult parsed, Surroundings surroundings, IReadOnlySet<int>? among = null)
    {
        if (parsed.GetValue(_threads) is { } threads) TrainingDevice.UseThreads(threads);
        string name = parsed.GetValue(_data)!;
        DatasetFacts facts = DatasetFacts.Find(name) ?? throw new InputFault(
            $"unknown data set '{name}': accepted are {string.Join(", ", DatasetFacts.All.Select(known => known.Name))}");
        DataSet train = DataSets.Open(name, parsed.GetValue(_split)!, new Framing(facts.Height, facts.Height), surroundings);
        Fold? without = Fold.TryParse(parsed.GetValue(_without), out Fold fold) ? fold : null;
        int[] all = [.. Enumerable.Range(0, train.Count).Where(image => among?.Contains(image) != false && without?.Contains(image) != true)];
        int held = parsed.GetValue(_held);
        if (held >= all.Length)
            throw new InputFault($"--hold-out {held} leaves no image of the {all.Length} of {train.Name}");
        string output = surroundings.Resolve(parsed.GetValue(_output)!);
        return new(
            facts,
            TrainingImages.Read(train, all[..^held].Take(parsed.GetValue(_images) ?? int.MaxValue), facts.Classes),
            held == 0 ? null : TrainingImages.Read(train, all[^held..], facts.Classes),
            InputLayerOption.Of(parsed.GetValue(_input)!, facts),
            parsed.GetValue(_init) is { } init ? CheckpointFile.Read(surroundings.Resolve(init)) : null,
            parsed.GetValue(_id)!, output,
            parsed.GetValue(_folder) is { } folder ? surroundings.Resolve(folder) : Path.ChangeExtension(output, ".training"),
            parsed.GetValue(_resume), parsed.GetValue(_device)!);
    }
}

/// <summary>On what, from what, where to.</summary>
/// <param name="Dataset">What its inputs are.</param>
/// <param name="Images">What is learned.</param>
/// <param name="Held">What is measured after every epoch; null for nothing.</param>
/// <param name="Input">The input layer.</param>
/// <param name="Init">Where it starts; null for fresh weights.</param>
/// <param name="Id">The id in the registry.</param>
/// <param name="Output">The weights to write.</param>
/// <param name="Folder">Where state and metrics are kept.</param>
/// <param name="Resume">Whether a state that is there is taken up.</param>
/// <param name="Device">Where it is trained.</param>
internal sealed record TrainingRequest(
    DatasetFacts Dataset, TrainingImages Images, TrainingImages? Held, InputLayer Input, Checkpoint? Init, string Id, string Output, string Folder,
    bool Resume, string Device);
