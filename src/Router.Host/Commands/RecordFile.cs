using System.Text;
using System.Text.Json;
using Router.Evaluation;
using Router.Host.Cli;

namespace Router.Host.Commands;

/// <summary>The text of one record.</summary>
/// <param name="Where">The file, and its line where the file holds a record a line.</param>
/// <param name="Json">The text.</param>
/// <param name="Fault">Why it was not read; null where it was.</param>
internal sealed record RecordText(string Where, string Json, string? Fault = null);

/// <summary>A file of certificate records: one JSON document, or JSON lines, which are read one after the
/// other.</summary>
internal sealed class RecordFile
{
    /// <summary>The longest text of a record that is read, in characters; one of a thousand classes has a tenth of
    /// that.</summary>
    public const int MostCharacters = 1 << 24;

    private const string StandardInput = "-";

    private readonly Func<TextReader> _open;

    private RecordFile(string name, Func<TextReader> open) => (Name, _open) = (name, open);

    /// <summary>The file as it was named.</summary>
    public string Name { get; }

    /// <summary>A file that is there.</summary>
    /// <param name="path">The file, or "-" for standard input.</param>
    /// <param name="surroundings">The outside.</param>
    /// <exception cref="BadInputException">There is no such file.</exception>
    public static RecordFile Of(string path, Surroundings surroundings)
    {
        if (path == StandardInput)
            return new("standard input", () => surroundings.In);
        string file = PathRule.Read("record").Resolve(path, surroundings);
        return new(path, () => new StreamReader(file));
    }

    /// <summary>Every record of the file; what they say is not looked at, and one that is none does not hide those
    /// after it.</summary>
    public IEnumerable<RecordText> Records()
    {
        using TextReader reader = _open();
        using IEnumerator<Line> lines = Line.Of(reader).GetEnumerator();
        List<Line> begun = [];
        long length = 0;
        int full = 0;
        bool firstIsWhole = false, ended = true;
        // A document may go over many lines, and only its end tells. A first line that is one by itself, with others
        // after it, does not begin one.
        while (ended && lines.MoveNext())
        {
            begun.Add(lines.Current);
            length += lines.Current.Length;
            full += lines.Current.Length > 0 ? 1 : 0;
            firstIsWhole |= full == 1 && IsWhole(lines.Current.Text);
            ended = length <= MostCharacters && !(full > 1 && firstIsWhole);
        }
        if (full == 0)
        {
            yield return new(Name, "", "not a record: it is empty");
            yield break;
        }
        bool hasRecords = (full > 1 && firstIsWhole) || begun.Exists(line => line.IsTooLong || IsRecord(line.Text));
        if (ended)
        {
            string document = string.Join('\n', begun.Select(line => line.Text));
            if (full == 1 || !hasRecords || IsWhole(document))
            {
                yield return new(Name, document);
                yield break;
            }
        }
        else if (!hasRecords)
        {
            yield return new(Name, "", TooLong);
            begun.Clear();
        }
        foreach (Line line in begun.Where(line => line.Length > 0))
            yield return Of(line);
        // After lines that belong to no record, others may.
        while (lines.MoveNext())
            if (lines.Current.Length > 0 && (hasRecords || IsRecord(lines.Current.Text)))
                yield return Of(lines.Current);
    }

    private static readonly string TooLong = $"not a record: longer than {MostCharacters} characters, which none is";

    private RecordText Of(Line line) => new($"{Name}:{line.Number}", line.Text, line.IsTooLong ? TooLong : null);

    private static bool IsRecord(string line) => Holds(line, static (ref Utf8JsonReader reader) =>
    {
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        bool found = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            found |= reader.ValueTextEquals("schema");
            if (!reader.Read() || !reader.TrySkip()) return false;
        }
        return found;
    });

    private static bool IsWhole(string text) => Holds(text, static (ref Utf8JsonReader reader) => reader.TrySkip());

    private delegate bool Reading(ref Utf8JsonReader reader);

    // Whether the text is one JSON value of which this is true.
    private static bool Holds(string text, Reading reading)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(text));
        try
        {
            return reader.Read() && reading(ref reader) && !reader.Read();
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A line without the white space around it.</summary>
    private readonly record struct Line(string Text, int Number, bool IsTooLong)
    {
        /// <summary>How many characters it has; more than any record where it is too long.</summary>
        public int Length => IsTooLong ? MostCharacters + 1 : Text.Length;

        /// <summary>The lines of a text; of one that is too long nothing is kept.</summary>
        public static IEnumerable<Line> Of(TextReader reader)
        {
            char[] block = new char[1 << 16];
            StringBuilder line = new();
            bool tooLong = false;
            int number = 1;
            for (int read; (read = reader.Read(block, 0, block.Length)) > 0;)
                for (int start = 0; start < read;)
                {
                    int end = Array.IndexOf(block, '\n', start, read - start);
                    int stop = end < 0 ? read : end;
                    tooLong |= line.Length + stop - start > MostCharacters;
                    if (tooLong)
                        line.Clear();
                    else
                        line.Append(block, start, stop - start);
                    start = stop + 1;
                    if (end < 0) continue;
                    yield return new(line.ToString().Trim().TrimStart('\uFEFF'), number++, tooLong);
                    (tooLong, _) = (false, line.Clear());
                }
            if (line.Length > 0 || tooLong)
                yield return new(line.ToString().Trim().TrimStart('\uFEFF'), number, tooLong);
        }
    }
}
