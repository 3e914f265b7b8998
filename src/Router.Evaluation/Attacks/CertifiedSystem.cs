using System.Collections.Immutable;
using System.Globalization;
using Router.Evaluation.Logs;

namespace Router.Evaluation.Attacks;

/// <summary>Which system a certification log is about, as the counts beside it say.</summary>
/// <param name="FailureProbability">α of each certificate.</param>
/// <param name="Routing">How it routes.</param>
/// <param name="Functions">The functions that voted.</param>
public sealed record CertifiedSystem(double FailureProbability, string Routing, ImmutableHashSet<string> Functions)
{
    /// <summary>Reads the counts of a log.</summary>
    /// <param name="log">The log.</param>
    /// <exception cref="LogFormatException">There are no counts, or they are not of one system.</exception>
    public static CertifiedSystem Of(string log)
    {
        string path = CountsLogWriter.PathFor(log);
        string[] lines = UnfinishedLines.WholeOf(path);
        if (lines.Length < 2 || lines[0] != string.Join('\t', CountsLogWriter.Columns))
            throw new LogFormatException(path, 1, "expected the counts of the log, which say what was certified: the file is missing, empty or of another header");
        CertifiedSystem? system = null;
        for (int i = 1; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split('\t');
            if (fields.Length != CountsLogWriter.Columns.Count
                || !double.TryParse(fields[18].Split(" = ")[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double alpha) || !(alpha is > 0 and <= 0.5))
                throw new LogFormatException(path, i + 1, $"expected {CountsLogWriter.Columns.Count} fields, with a ledger that begins with α");
            system ??= new(alpha, fields[17], []);
            if ((alpha, fields[17]) != (system.FailureProbability, system.Routing))
                throw new LogFormatException(path, i + 1, $"α = {alpha} and routing '{fields[17]}', but before {system.FailureProbability} and '{system.Routing}': a log is about one system");
            system = system with { Functions = system.Functions.Add(fields[4]) };
        }
        return system!;
    }
}
