using System.CommandLine;
using System.Globalization;
using Router.Experts.Files;
using Router.Host.Cli;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary><c>dualrs train expert</c>: a classifier for one σ.</summary>
internal static class ExpertCommand
{
    private static readonly Recipe Defaults = new() { Architecture = "cifar_resnet20", Epochs = 30 };

    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("expert",
            "Trains a classifier under Gaussian noise of one σ: writes weights, model card and the registry line that "
            + "serves it.");
        TrainingOptions training = new(command);
        Option<decimal> sigma = command.Required<decimal>(
            "--sigma", "σ of the noise, in [0,1] pixels.", Accepted.Sigma);
        RobustnessOptions robustness = new(command);
        MixOptions mix = new(command);
        RecipeOptions recipe = new(command, Defaults);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TrainingRequest request = training.Read(parsed, surroundings);
            Robustness asked = robustness.Read(parsed);
            ExpertTraining expert = new()
            {
                Sigma = parsed.GetValue(sigma), Input =
                    request.Input, Classes = request.Dataset.Classes, Recipe = recipe.Read(parsed, request.Device),
                Robustness = asked, ForMix = mix.Read(parsed, asked, surroundings),
            };
            using FileLock weights = TrainedNetwork.Claim(request);
            using TrainingRun run = expert.Begin(request.Folder, request.Images, request.Held, request.Init is { } init
                ? Initial.Of(init) : null, request.Resume, request.Device, surroundings.Clock);
            await TrainingProgress.ShowAsync(surroundings, run,
                $"σ = {expert.Sigma.ToString(CultureInfo.InvariantCulture)}", "accuracy under noise",
                cancellationToken);
            await TrainedNetwork.ShipAsync(
                run, request, expert.Sigma, routes: [],
                $"{request.Dataset.Name}, {expert.Recipe.Architecture}: {expert.Description}", surroundings,
                cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
