using System.CommandLine;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Host.Cli;

namespace Router.Host.Commands.Experts;

/// <summary><c>dualrs experts convert</c>: any checkpoint to safetensors, nothing else.</summary>
internal static class ConvertCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("convert", "Converts a checkpoint (torch.save of any year, or safetensors) to safetensors.");
        Argument<string> source = command.Argument<string>(
            "checkpoint", "The file to read.", leads: PathRule.Read("checkpoint"));
        Option<string> target = command.Required<string>(
            "--out -o", "The file to write; its name ends in .safetensors.", Accepted.WeightsFile,
            leads: PathRule.WriteNew);
        Option<string?> architecture = command.Option<string?>(
            "--architecture", "The architecture, where the checkpoint names none.", Accepted.Architecture);
        Option<string?> container = command.Option<string?>(
            "--container", "The key of the file that holds the weights, where it has several, such as model and ema.");
        Option<string[]> routes = command.Several<string>(
            "--routes", "A router's expert ids in the order of its outputs.", accepted: Accepted.Id);
        command.SetAction(parsed =>
        {
            Checkpoint checkpoint =
                CheckpointFile.Read(surroundings.Resolve(parsed.GetValue(source)!), parsed.GetValue(container));
            string output = surroundings.Resolve(parsed.GetValue(target)!);
            using FileLock weights = FileLock.Take(output);
            CheckpointImporter.Convert(
                checkpoint, output, parsed.GetValue(architecture) ?? checkpoint.Architecture, parsed.GetValue(routes)!);
            surroundings.Out.Print(
                $"{output}: {checkpoint.Tensors.Count} tensors from {checkpoint.Layout}, "
                + $"family {checkpoint.Origin.Family}, input layer {checkpoint.Origin.InputLayer}"
                + WeightsWithin.Describe(checkpoint));
            return ExitCode.Done;
        });
        return command;
    }
}
