using System.CommandLine;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Votes;
using Route = Router.Estimator.Route;

namespace Router.Host.Commands;

/// <summary><c>dualrs predict</c>: classes of image files, without a radius.</summary>
internal static class PredictCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("predict",
            "Predicts the class of image files by the smoothed, routed classifier, or abstains (Cohen's PREDICT).");
        Argument<string[]> files = command.Argument<string[]>(
            "images", "PNG or JPEG files.", ArgumentArity.OneOrMore);
        Option<string?> expert = command.Option<string?>("--expert", "Ask this expert alone, without the routing.");
        JsonOption json = new(command, "image");
        SamplingOptions sampling = new(command, selects: false);
        MixOption mix = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RegistryRequest request = registry.Read(parsed);
            RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
            Deployment.CheckAsked(config, parsed.GetValue(expert), mix.Read(parsed));
            var inputs = Pictures.ReadAll(parsed.GetValue(files)!, config.Dataset, surroundings, out var unread);
            bool asJson = json.IsAsked(parsed);
            if (asJson) Pictures.Tell(unread, surroundings);
            if (inputs.Count == 0)
                return ExitCode.BadInput;
            (int count, double alpha) = sampling.ReadPrediction(
                parsed, config.Certification,
                RegisteredMix.Described(config, parsed.GetValue(expert), mix.Read(parsed)).PredictionTests);
            SeedSource seeds = sampling.ReadSeeds(parsed, surroundings);
            using Deployment deployed = await Deployment.LoadAsync(
                config, request, parsed.GetValue(expert), surroundings, cancellationToken, mix.Read(parsed));
            TextTable table = new(
                TextColumn.Whole("image"), TextColumn.Whole("route"), TextColumn.Number("σ"), TextColumn.Whole("class"),
                TextColumn.Number("votes"));
            foreach ((string path, GridInput input) in inputs)
            {
                RoutedPrediction prediction =
                    await deployed.Classifier.PredictAsync(input, count, alpha, seeds, cancellationToken);
                Route? route = prediction.Route.Route is { } chosen ? deployed.Classifier.Routes[chosen] : null;
                string? name = CertificateJson.LabelOf(prediction.Class, config.Dataset);
                if (asJson)
                    surroundings.Out.Print(new JsonObject
                    {
                        ["image"] = path, ["class"] = prediction.Class, ["label"] = name, ["route"] = route?.Id,
                        ["route_sigma"] = route?.Voter.Sigma,
                        ["votes"] = prediction.Votes is { } cast ? cast.Counts[cast.MostVoted] : null,
                        ["of"] = prediction.Votes?.Total,
                    });
                table.Add(
                    path, route?.Id ?? "abstain", route?.Voter.Sigma.ToString() ?? "",
                    prediction.Class is { } label ? name ?? $"class {label}" : "abstain",
                    prediction.Votes is { } votes ? $"{votes.Counts[votes.MostVoted]} of {votes.Total}" : "");
            }
            if (!asJson) table.Write(surroundings.Out);
            return unread.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }
}
