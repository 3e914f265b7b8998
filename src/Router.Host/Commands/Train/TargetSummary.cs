using System.Globalization;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Training.Targets;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>What a table of targets says of the experts.</summary>
internal static class TargetSummary
{
    // Shares of best routes do not depend on it.
    private const double AnyTemperature = 1;

    public static void Write(IAnsiConsole console, TrueRadii radii)
    {
        int hopeless = radii.Images.Count(image => image.IsHopeless);
        TextTable table = new(
            TextColumn.Whole("expert"), TextColumn.Number("σ"), TextColumn.Number("certifies the true class"),
            TextColumn.Number("mean radius"), TextColumn.Number("best"));
        RouteTargets? routes =
            hopeless < radii.Images.Length ? RouteTargets.Of(radii.WithoutHopeless(), AnyTemperature) : null;
        foreach ((int k, RadiusColumn expert) in radii.Experts.Index())
            table.Add(
                expert.Id, expert.Sigma.ToString("0.####", CultureInfo.InvariantCulture),
                TowardZero.Text((double)radii.Images.Count(image => image.Radii[k] > 0) / radii.Images.Length, 3),
                TowardZero.Text(radii.Images.Average(image => image.Radii[k]), 3),
                routes is null ? "" : Share(routes.Shares[k]));
        table.Write(console);
        console.PrintProse($"{radii.Images.Length} images; {hopeless} that no expert certifies as their true class");
    }

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
