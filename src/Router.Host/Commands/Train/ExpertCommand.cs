using System.CommandLine;
using System.Globalization;
using Router.Engine;
using Router.Experts.Files;
using Router.Host.Cli;
using Router.Training.Batches;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary><c>dualrs train expert</c>: a classifier for one σ, or for several.</summary>
internal static class ExpertCommand
{
    private static readonly Recipe Defaults = new() { Architecture = "cifar_resnet20", Epochs = 30 };

    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("expert",
            "Trains a classifier under Gaussian noise of one σ, or of several: writes weights, a model card for each "
            + "σ, and the registry lines that serve it.");
        TrainingOptions training = new(command);
        NoiseOptions noise = new(command);
        RobustnessOptions robustness = new(command);
        MixOptions mix = new(command);
        RecipeOptions recipe = new(command, Defaults);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TrainingRequest request = training.Read(parsed, surroundings);
            Robustness asked = robustness.Read(parsed);
            NoiseLevels levels = noise.Read(parsed);
            ExpertTraining expert = new()
            {
                Sigma = levels.Sigmas[0], AlsoAt = levels.Sigmas.Skip(1).ToValueArray(), Input = request.Input,
                Classes = request.Dataset.Classes, Recipe = recipe.Read(parsed, request.Device), Robustness = asked,
                ForMix = mix.Read(parsed, asked, surroundings),
            };
            using FileLock weights = TrainedNetwork.Claim(request, levels.Sigmas);
            using TrainingRun run = expert.Begin(request.Folder, request.Images, request.Held, request.Init is { } init
                ? Initial.Of(init) : null, request.Resume, request.Device, surroundings.Clock);
            await TrainingProgress.ShowAsync(surroundings, run,
                $"σ = {string.Join(", ", levels.Sigmas.Select(one => one.ToString(CultureInfo.InvariantCulture)))}",
                "accuracy under noise",
                cancellationToken);
            await TrainedNetwork.ShipAsync(
                run, request, levels.Sigmas, routes: [],
                $"{request.Dataset.Name}, {expert.Recipe.Architecture}: {expert.Description}", surroundings,
                cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
