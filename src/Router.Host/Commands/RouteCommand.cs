using System.CommandLine;
using Router.Estimator;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Votes;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary><c>dualrs route</c>: where the variance estimator sends image files.</summary>
internal static class RouteCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("route", "Shows which expert the variance estimator picks for image files, or that it abstains.");
        Argument<string[]> files = command.Argument<string[]>(
            "images", "PNG or JPEG files.", ArgumentArity.OneOrMore);
        SamplingOptions sampling = new(command, selects: false);
        MixOption mix = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using Deployment deployed = await Deployment.OpenAsync(
                registry.Read(parsed), expert: null, surroundings, cancellationToken, mix.Read(parsed));
            if (!deployed.Classifier.IsRouted)
                throw new InputFault(
                    $"nothing is routed by "
                    + $"{deployed.Registry.Config.Path}{(mix.Read(parsed) is null ? "" : " with this --mix")}: every "
                    + $"image goes to {deployed.Classifier.Routes[0].Id}");
            (string Path, GridInput Input)[] inputs =
                [.. parsed.GetValue(files)!.Select(
                path => (path, Pictures.Read(path, deployed.Registry.Config.Dataset, surroundings)))];
            (int count, double alpha) =
                sampling.ReadPrediction(parsed, deployed.Registry.Config.Certification, tests: 1);
            SeedSource seeds = sampling.ReadSeeds(parsed, surroundings);
            Table table = new Table { Border = TableBorder.Simple }.AddColumns(
                ["image", "route", .. deployed.Classifier.Routes.Select(route => route.Id)]);
            foreach ((string path, GridInput input) in inputs)
            {
                RoutePrediction route =
                    await deployed.Classifier.PredictRouteAsync(input, count, alpha, seeds, cancellationToken);
                table.AddRow([
                    Markup.Escape(path), route.Route is { } chosen ? deployed.Classifier.Routes[chosen].Id : "abstain",
                    .. route.Votes!.Counts.Select(votes => votes.ToString())]);
            }
            surroundings.Out.Write(table);
            return ExitCode.Done;
        });
        return command;
    }
}
