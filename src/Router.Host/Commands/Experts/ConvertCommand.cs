using System.CommandLine;
using Router.Experts.Checkpoints;
using Router.Experts.Importing;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Experts;

/// <summary><c>dualrs experts convert</c>: any checkpoint to safetensors, nothing else.</summary>
internal static class ConvertCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command = new("convert", "Converts a checkpoint (torch.save of any year, or safetensors) to safetensors.");
        Argument<string> source = new("checkpoint") { Description = "The file to read." };
        Option<string> target = new("--out", "-o") { Description = "The .safetensors file to write.", Required = true };
        Option<string?> architecture = new("--architecture") { Description = "The architecture, where the checkpoint names none." };
        Option<string?> container =
            new("--container") { Description =
            "The key of the file that holds the weights, where it has several, such as model and ema." };
        Option<string[]> routes = new("--routes") { Description = "A router's expert ids in the order of its outputs.", AllowMultipleArgumentsPerToken = true };
        command.Arguments.Add(source);
        foreach (Option option in (Option[])[target, architecture, container, routes])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            Checkpoint checkpoint =
                CheckpointFile.Read(surroundings.Resolve(parsed.GetValue(source)!), parsed.GetValue(container));
            string output = surroundings.Resolve(parsed.GetValue(target)!);
            CheckpointImporter.Convert(checkpoint, output, parsed.GetValue(architecture) ?? checkpoint.Architecture, parsed.GetValue(routes) ?? []);
            surroundings.Out.MarkupLine(
                $"{Markup.Escape(output)}: {checkpoint.Tensors.Count} tensors from {checkpoint.Layout}, "
                + $"family {checkpoint.Origin.Family}, input layer {checkpoint.Origin.InputLayer}"
                + Markup.Escape(WeightsWithin.Describe(checkpoint)));
            return ExitCode.Done;
        });
        return command;
    }
}
