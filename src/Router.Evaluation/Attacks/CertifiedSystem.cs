using System.Collections.Immutable;
using System.Globalization;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;

namespace Router.Evaluation.Attacks;

/// <summary>Which system a certification log is about, as the counts and the terms beside it say.</summary>
/// <param name="FailureProbability">α of each certificate.</param>
/// <param name="Routing">How it routes.</param>
/// <param name="Functions">The functions that voted.</param>
public sealed record CertifiedSystem(double FailureProbability, string Routing, ImmutableHashSet<string> Functions)
{
    /// <summary>
    /// What the log is about, where a log of its own says so; null of one of those of a pass over all experts, which
    /// have one function each.
    /// </summary>
    public CertificationTerms? Terms { get; private init; }

    /// <summary>Reads the counts of a log.</summary>
    /// <param name="log">The log.</param>
    /// <exception cref="BadInputException">
    /// There are no counts, or they are not of one system, or nothing says in which order its experts stand.
    /// </exception>
    public static CertifiedSystem Of(string log)
    {
        string path = CountsLogWriter.PathFor(log);
        CertifiedSystem? system = null;
        foreach (TabbedRow row in CountsLogWriter.RowsOf(path, AppendLog.LinesOf(path)))
        {
            string ledger = row[CountsLogWriter.Ledger].Split(" = ")[0], routing = row[CountsLogWriter.Routing];
            if (!double.TryParse(ledger, NumberStyles.Float, CultureInfo.InvariantCulture, out double alpha)
                || !(alpha is > 0 and <= 0.5))
                throw row.Fault(CountsLogWriter.Ledger, "a ledger that begins with α");
            system ??= new(alpha, routing, []);
            if ((alpha, routing) != (system.FailureProbability, system.Routing))
                throw row.Fault($"α = {alpha} and routing '{routing}', but before {system.FailureProbability} and "
                    + $"'{system.Routing}': a log is about one system");
            system = system with { Functions = system.Functions.Add(row[CountsLogWriter.Function]) };
        }
        if (system is null)
            throw new BadInputException(
                path, 1, "expected the counts of the log, which say what was certified: the file is missing or empty");
        TermsFile<CertificationTerms> terms = CertificationTerms.FileOf(log);
        return !terms.Exists && system.Functions.Count > 1
            ? throw new BadInputException(
                terms.Path, $"it is missing, and says in which order the experts of {log} stand: restore it")
            : system with { Terms = terms.Find() };
    }
}
