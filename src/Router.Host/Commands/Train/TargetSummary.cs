using System.Globalization;
using Router.Smoothing;
using Router.Training.Targets;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>What a table of targets says of the experts.</summary>
internal static class TargetSummary
{
    // Shares of best routes do not depend on it.
    private const double AnyTemperature = 1;

    public static Table Of(TrueRadii radii)
    {
        int hopeless = radii.Images.Count(image => image.Radii.All(radius => radius == 0));
        Table table = new() { Border = TableBorder.Simple };
        foreach (string column in (string[])["expert", "σ", "certifies the true class", "mean radius", "best"])
            table.AddColumn(new TableColumn(column).RightAligned());
        RouteTargets? routes =
            hopeless < radii.Images.Length ? RouteTargets.Of(radii, AnyTemperature, Hopeless.Drop) : null;
        foreach ((int k, RadiusColumn expert) in radii.Experts.Index())
            table.AddRow(
                Markup.Escape(expert.Id), expert.Sigma.ToString("0.####", CultureInfo.InvariantCulture),
                TowardZero.Text((double)radii.Images.Count(image => image.Radii[k] > 0) / radii.Images.Length, 3),
                TowardZero.Text(radii.Images.Average(image => image.Radii[k]), 3),
                routes is null ? "" : Share(routes.Shares[k]));
        return table.Caption($"{radii.Images.Length} images; {hopeless} that no expert certifies as their true class");
    }

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
