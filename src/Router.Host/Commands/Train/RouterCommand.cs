using System.CommandLine;
using Router.Engine;
using Router.Experts.Files;
using Router.Host.Cli;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Host.Commands.Train;

/// <summary><c>dualrs train router</c>: the variance estimator of a mix of experts.</summary>
internal static class RouterCommand
{
    // The paper trains with AdamW, learning rate and weight decay .01; a warmed-up small network wants less of both.
    private static readonly Recipe Defaults = new() { Architecture = "cifar_resnet20", Epochs = 30,
        Optimizer = Optimizer.AdamW, LearningRate = .002, WeightDecay = .01 };

    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("router",
            "Trains a router on the experts' answers (dualrs train targets): writes weights, model card "
            + "and the registry's router.");
        TrainingOptions training = new(command);
        RouterOptions router = new(command);
        RouterLossOptions loss = new(command);
        RecipeOptions recipe = new(command, Defaults);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TrueRadii targets = router.Targets(parsed, surroundings);
            TrainingRequest request =
                training.Read(parsed, surroundings, targets.Images.Select(image => image.Index).ToHashSet());
            RouterTraining asked = loss.Read(parsed, targets.Experts.Max(expert => expert.Sigma), request.Input,
                recipe.Read(parsed, request.Device));
            using FileLock weights = TrainedNetwork.Claim(request, [asked.Sigma]);
            using TrainingRun run = asked.Begin(
                request.Folder, targets, request.Images, request.Held,
                router.Init(parsed, request.Init, asked.Recipe.Architecture, targets), request.Resume, request.Device,
                surroundings.Clock);
            await TrainingProgress.ShowAsync(surroundings, run, "router", "provable radii kept", cancellationToken);
            ValueArray<string> routes = targets.Experts.Select(expert => expert.Id).ToValueArray();
            await TrainedNetwork.ShipAsync(
                run, request, [asked.Sigma], routes,
                $"{request.Dataset.Name}, {asked.Recipe.Architecture}: routes to {string.Join(", ", routes)}",
                surroundings, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
