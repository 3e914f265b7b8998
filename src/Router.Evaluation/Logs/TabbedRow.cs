using System.Globalization;

namespace Router.Evaluation.Logs;

/// <summary>The header of a tab-separated file: where each column stands.</summary>
internal sealed class TabbedHeader
{
    private readonly string _file;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    /// <param name="file">The file, for messages.</param>
    /// <param name="line">Its first line.</param>
    /// <param name="required">The columns that it must have.</param>
    /// <param name="known">The columns that it may have; messages name them.</param>
    /// <exception cref="BadInputException">A column is missing or stands twice.</exception>
    public TabbedHeader(string file, string line, IEnumerable<string> required, IEnumerable<string> known)
    {
        _file = file;
        foreach ((int place, string column) in line.TrimEnd('\r').Split('\t').Index())
            if (!_columns.TryAdd(column, place))
                throw new BadInputException(file, 1, $"column '{column}' stands twice");
        string[] missing = [.. required.Where(column => !Has(column))];
        if (missing.Length > 0)
            throw new BadInputException(
                file, 1, $"no column {string.Join(", ", missing)}: "
                + $"expected a tab-separated header with {string.Join(", ", known)}");
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>A row of the file.</summary>
    /// <param name="line">Its text; a carriage return at its end is no part of it.</param>
    /// <param name="number">Which line it is, from 1.</param>
    /// <exception cref="BadInputException">It has more or fewer fields than the header.</exception>
    public TabbedRow Row(string line, int number)
    {
        string[] fields = line.TrimEnd('\r').Split('\t');
        return fields.Length == _columns.Count
            ? new(_file, number, _columns, fields)
            : throw new BadInputException(
                _file, number, $"{fields.Length} fields, but the header names {_columns.Count}");
    }
}

/// <summary>A row of a tab-separated file, its fields by the names of their columns.</summary>
/// <param name="File">The file, for messages.</param>
/// <param name="Line">Which line it is, from 1.</param>
/// <param name="Columns">Where each column stands.</param>
/// <param name="Fields">The fields in the order of the file.</param>
internal readonly record struct TabbedRow(
    string File, int Line, IReadOnlyDictionary<string, int> Columns, IReadOnlyList<string> Fields)
{
    /// <summary>A field; "" where there is no such column.</summary>
    public string this[string column] => Columns.TryGetValue(column, out int place) ? Fields[place] : "";

    /// <summary>A field that holds a whole number ≥ 0.</summary>
    /// <exception cref="BadInputException">It does not, or a larger one than accepted.</exception>
    public long Whole(string column, long most = long.MaxValue, string accepted = "a whole number ≥ 0") =>
        long.TryParse(this[column], NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= most
            ? value
            : throw Fault(column, accepted);

    /// <summary>A field that does not hold what it should.</summary>
    public BadInputException Fault(string column, string accepted) =>
        Fault($"{column} '{this[column]}': expected {accepted}");

    /// <summary>A row that is not what it should be.</summary>
    public BadInputException Fault(string problem) => new(File, Line, problem);
}
