using System.CommandLine;
using Router.Data;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Training.Batches;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>The options of every training: on what, from what, where to.</summary>
internal sealed class TrainingOptions(Command command)
{
    private readonly Argument<string> _data = command.DataSet(
        "The data set to learn: cifar10 or shapes10.");
    private readonly Option<string> _output = command.Required<string>(
        "--out -o", "The file to write; its name ends in .safetensors, and its model card goes beside it.",
        Accepted.WeightsFile, leads: PathRule.WriteAndFolder);
    private readonly Option<string> _id = command.Required<string>("--id", "Its id in the registry.", Accepted.Id);
    private readonly Option<string?> _folder = command.Option<string?>(
        "--run", "Where state and metrics are kept (default: beside the output).", leads: PathRule.Fill);
    private readonly Option<string> _input = command.Option(
        "--input", "standardize, center or none.", "standardize", InputLayerOption.Accepted);
    private readonly Option<string?> _init = command.Option<string?>(
        "--init", "A checkpoint to start from; its last layer is left out where it is of another width.",
        leads: PathRule.Read("checkpoint"));
    private readonly Option<bool> _resume = command.Option<bool>("--resume", "Take an interrupted training up.");
    private readonly Option<int> _held = command.Option(
        "--hold-out", "Do not learn the last so many images; measure on them after every epoch.", 0,
        Accepted.AtLeast(0));
    private readonly Option<int?> _images = command.Option<int?>(
        "--images", "Learn only the first so many of the others.", Accepted.AtLeast(1));
    private readonly Option<string> _split = command.Split(
        "train", "train or test: test only where targets of a router are about test images, for an estimate.");
    private readonly Option<string?> _without = command.Option<string?>(
        "--without-fold",
        "Do not learn the images whose index is k modulo K, written k/K: another network will ask this one about them.",
        SelectionOptions.AFold);
    private readonly Option<string> _device = command.Deferred(
        "--device", "cpu, or cuda:N.", () => TrainingDevice.Default, Accepted.Device);
    private readonly Option<int?> _threads = command.Option<int?>(
        "--threads", "Threads on the CPU (default: one per core); another number gives other last bits.",
        Accepted.AtLeast(1));

    /// <summary>What was asked for; threads are set.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="among">Which images of the data set may be learned or measured at all; null for all.</param>
    /// <exception cref="BadInputException">There is no such data set, or nothing of it is left to learn.</exception>
    public TrainingRequest Read(ParseResult parsed, Surroundings surroundings, IReadOnlySet<int>? among = null)
    {
        string output = surroundings.Resolve(parsed.GetValue(_output)!);
        string folder = parsed.GetValue(_folder) is { } named ? surroundings.Resolve(named)
            : Path.ChangeExtension(output, ".training");
        if (!TrainedNetwork.IsIn(output, folder) && PathRule.OfNew(parsed.GetValue(_output)!, output) is { } objection)
            throw new BadInputException(objection);
        DeviceOption.Check(parsed.GetValue(_device)!);
        TrainingDevice.UseThreads(parsed.GetValue(_threads));
        string name = parsed.GetValue(_data)!;
        DatasetFacts facts = DatasetFacts.Find(name) ?? throw new BadInputException(
            $"unknown data set '{name}': accepted are "
            + $"{string.Join(", ", DatasetFacts.All.Select(known => known.Name))}");
        DataSet train =
            DataSets.Open(name, parsed.GetValue(_split)!, new Framing(facts.Height, facts.Height), surroundings);
        Fold? without = Fold.TryParse(parsed.GetValue(_without), out Fold fold) ? fold : null;
        int[] all = [.. Enumerable.Range(0, train.Count)
            .Where(image => among?.Contains(image) != false && without?.Contains(image) != true)];
        (int[] learned, int[] held) = HeldOut.Split(
            all, parsed.GetValue(_held), parsed.GetValue(_images), train.Name);
        return new(
            facts,
            TrainingImages.Read(train, learned, facts.Classes),
            held.Length == 0 ? null : TrainingImages.Read(train, held, facts.Classes),
            InputLayerOption.Of(parsed.GetValue(_input)!, facts),
            parsed.GetValue(_init) is { } init ? CheckpointFile.Read(surroundings.Resolve(init)) : null,
            parsed.GetValue(_id)!, output, folder, parsed.GetValue(_resume), parsed.GetValue(_device)!);
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
    DatasetFacts Dataset, TrainingImages Images, TrainingImages? Held, InputLayer Input, Checkpoint? Init, string Id,
    string Output, string Folder,
    bool Resume, string Device);
