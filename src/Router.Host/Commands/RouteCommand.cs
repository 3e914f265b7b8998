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

/// <summary><c>dualrs route</c>: where the router sends image files.</summary>
internal static class RouteCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("route", "Shows which expert the router picks for image files, or that it abstains.");
        Argument<string[]> files = command.Argument<string[]>(
            "images", "PNG or JPEG files.", ArgumentArity.OneOrMore);
        JsonOption json = new(command, "image");
        SamplingOptions sampling = new(command, selects: false);
        MixOption mix = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RegistryRequest request = registry.Read(parsed);
            RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
            string[]? asked = mix.Read(parsed);
            Deployment.CheckAsked(config, expert: null, asked);
            CheckRouted(config, asked);
            var inputs = Pictures.ReadAll(parsed.GetValue(files)!, config.Dataset, surroundings, out var unread);
            bool asJson = json.IsAsked(parsed);
            if (asJson) Pictures.Tell(unread, surroundings);
            if (inputs.Count == 0)
                return ExitCode.BadInput;
            (int count, double alpha) = sampling.ReadPrediction(parsed, config.Certification, tests: 1);
            SeedSource seeds = sampling.ReadSeeds(parsed, surroundings);
            using Deployment deployed = await Deployment.LoadAsync(
                config, request, expert: null, surroundings, cancellationToken, asked);
            TextTable table = new([
                TextColumn.Whole("image"), TextColumn.Whole("route"),
                .. deployed.Classifier.Routes.Select(route => TextColumn.Number(route.Id))]);
            foreach ((string path, GridInput input) in inputs)
            {
                RoutePrediction route =
                    await deployed.Classifier.PredictRouteAsync(input, count, alpha, seeds, cancellationToken);
                Route? chosen = route.Route is { } index ? deployed.Classifier.Routes[index] : null;
                if (asJson)
                    surroundings.Out.Print(new JsonObject
                    {
                        ["image"] = path, ["route"] = chosen?.Id, ["route_sigma"] = chosen?.Voter.Sigma,
                        ["votes"] = new JsonObject(deployed.Classifier.Routes.Zip(route.Votes!.Counts,
                            (one, votes) => KeyValuePair.Create(one.Id, (JsonNode?)votes))),
                    });
                table.Add([
                    path, chosen?.Id ?? "abstain", .. route.Votes!.Counts.Select(votes => votes.ToString())]);
            }
            if (!asJson) table.Write(surroundings.Out);
            return unread.Count == 0 ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }

    private static void CheckRouted(RegistryConfig config, string[]? mix)
    {
        if (config.Routing is RoutingConfig.Cascade)
            throw new BadInputException(
                $"nothing is routed by {config.Path}: its experts are a cascade, asked in turn");
        string[] answering = [.. config.Answering.Where(
            id => mix is null || mix.Contains(id, StringComparer.OrdinalIgnoreCase))];
        if (answering.Length == 1)
            throw new BadInputException(
                $"nothing is routed by {config.Path}{(mix is null ? "" : " with this --mix")}: every image goes to "
                + answering[0]);
    }
}
