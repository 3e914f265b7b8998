using System.Globalization;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Evaluation.Tuning;
using Router.Host.Cli;
using Router.Host.Commands.Tradeoff;
using Router.Smoothing;
using Router.Votes;

namespace Router.Host.Commands.Tune;

/// <summary>The registry that serves what was chosen.</summary>
internal static class TunedRegistry
{
    /// <summary>Writes it; its head says what was looked at, how much was tried, and what came out.</summary>
    /// <param name="document">What was found.</param>
    /// <param name="from">The registry that has the networks.</param>
    /// <param name="target">The file.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="cancellationToken">Stops between networks.</param>
    /// <exception cref="BadInputException">
    /// It has other networks than those that were recorded, or what would be written is no registry.
    /// </exception>
    public static async Task WriteAsync(
        TuningDocument document, RegistryRequest from, string target, Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        TunedSystem tuned = document.Chosen;
        StudySystem chosen = new(
            tuned.Name, SystemKinds.Cascade, [.. tuned.Stages.Select(stage => stage.Id)], tuned.ToCascade().ToString(),
            Standings.Certificate, [], Abstained: null, [], Losses: null, MeanRadius: null, new(null, null, null));
        using Deployment deployed = await Deployment.OpenAsync(from, expert: null, surroundings, cancellationToken);
        string[] why =
        [
            .. ScoredNetworks.Explain(
                [.. document.Networks.Select(network => new StudyNetwork(
                    network.Id, network.Sigma, "expert", null, null) { Function = network.Function })],
                chosen, deployed.Registry, isNamed: from.Path is not null, "--out"),
            TuningTable.LookedAt(document), Found(document),
        ];
        IReadOnlyList<string> rest = EmittedRegistry.Write(
            deployed.Registry.Config.Path, chosen,
            tuned.Stages.ToDictionary(
                stage => stage.Id, stage => PassThreshold.At(stage.Pass), StringComparer.OrdinalIgnoreCase),
            surroundings.Resolve(target), why, "tune");
        surroundings.Out.Print($"{target}: {string.Join("; ", [chosen.Name, .. why, .. rest])}");
    }

    private static string Found(TuningDocument document)
    {
        string radii = string.Join(
            ' ', document.Radii.Select(radius => radius.ToString("0.####", CultureInfo.InvariantCulture)));
        TuningRound round = document.Rounds.First(round => round.Best.Name == document.Chosen.Name);
        return document.Report is { } report
            ? $"certified accuracy on {report.Images.Images} other images, of {report.Images.Data}, n0 = "
                + $"{report.Images.Selection}, n = {report.Images.Estimation}: " + Accuracy(
                    report.Systems.First(system => system.Role == "chosen").Accuracy.Select(at => at.Share))
            : "expected certified accuracy, cross-validated: " + Accuracy(round.Unseen.Accuracy);

        string Accuracy(IEnumerable<double> shares) =>
            $"{string.Join(' ', shares.Select(share => TowardZero.Text(share, 3)))} at r = {radii}";
    }
}
