using Router.Data;
using Router.Evaluation;
using Router.Experts.Registry;
using Router.Host.Cli;

namespace Router.Host.Commands.Train;

/// <summary>Logs of single experts as the command line names them: ID=FILE or ID@SIGMA=FILE.</summary>
internal static class TargetLogs
{
    /// <summary>The expert, σ and file of each.</summary>
    /// <exception cref="BadInputException">
    /// One is written otherwise, two have one id, or the registry does not know the σ of one.
    /// </exception>
    public static IReadOnlyList<(string Id, decimal Sigma, string Log)> Read(
        string[] given, RegistryRequest request, Surroundings surroundings)
    {
        List<(string Id, decimal Sigma, string Log)> logs = [];
        RegistryConfig? config = null;
        foreach (string text in given)
        {
            if (LogArgument.Parse(text) is not { } log)
                throw new BadInputException($"--logs {text}: accepted are ID=FILE and ID@SIGMA=FILE");
            if (logs.Any(known => known.Id == log.Id))
                throw new BadInputException($"--logs names {log.Id} twice: one log for each expert");
            decimal sigma =
                log.SigmaText is null ? Registered(log.Id, config ??= Deployment.ReadRegistry(request, surroundings))
                : log.Sigma ?? throw new BadInputException(
                    $"--logs {text}: σ is '{log.SigmaText}', expected a number above 0");
            logs.Add((log.Id, sigma, surroundings.Resolve(log.File)));
        }
        return logs;
    }

    /// <summary>How tables call a data set that is known by its logs.</summary>
    public static string DataName(string nameOrFolder, string split, Surroundings surroundings) =>
        DataSetKind.Find(nameOrFolder) is { } kind ? $"{kind.Name} {split}"
        : ImageFolder.NameOf(surroundings.Resolve(nameOrFolder));

    private static decimal Registered(string id, RegistryConfig config) =>
        config.Experts.FirstOrDefault(expert => expert.Id == id)?.Sigma
        ?? throw new BadInputException(
            $"there is no expert '{id}' in {config.Path}, which would say its σ: write {id}@SIGMA=FILE");
}
