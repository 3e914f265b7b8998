using System.Globalization;
using Router.Data;
using Router.Experts.Registry;
using Router.Host.Cli;

namespace Router.Host.Commands.Train;

/// <summary>Logs of single experts as the command line names them: ID=FILE or ID@SIGMA=FILE.</summary>
internal static class TargetLogs
{
    /// <summary>The expert, σ and file of each.</summary>
    /// <exception cref="InputFault">One is written otherwise, two have one id, or the registry does not know the σ of one.</exception>
    public static IReadOnlyList<(string Id, decimal Sigma, string Log)> Read(string[] given, RegistryRequest request, Surroundings surroundings)
    {
        List<(string Id, decimal Sigma, string Log)> logs = [];
        RegistryConfig? config = null;
        foreach (string text in given)
        {
            string[] halves = text.Split('=', 2), name = halves[0].Split('@');
            if (halves.Length != 2 || halves[1].Length == 0 || name[0].Length == 0 || name.Length > 2)
                throw new InputFault($"--logs {text}: accepted are ID=FILE and ID@SIGMA=FILE");
            if (logs.Any(log => log.Id == name[0]))
                throw new InputFault($"--logs names {name[0]} twice: one log for each expert");
            logs.Add((name[0], name.Length == 2 ? SigmaOf(name[1], text) : Registered(name[0], config ??= Workbench.ReadRegistry(request, surroundings)), surroundings.Resolve(halves[1])));
        }
        return logs;
    }

    /// <summary>How tables call a data set that is known by its logs.</summary>
    public static string DataName(string nameOrFolder, string split) => DataSetKind.Find(nameOrFolder) is { } kind ? $"{kind.Name} {split}" : nameOrFolder;

    private static decimal SigmaOf(string text, string option) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal sigma) && sigma > 0
            ? sigma
            : throw new InputFault($"--logs {option}: σ is '{text}', expected a number above 0");

    private static decimal Registered(string id, RegistryConfig config) =>
        config.Experts.FirstOrDefault(expert => expert.Id == id)?.Sigma
        ?? throw new InputFault($"there is no expert '{id}' in {config.Path}, which would say its σ: write {id}@SIGMA=FILE");
}
