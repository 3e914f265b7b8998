using System.Text;
using System.Text.Json;
using Router.Host.Cli;

namespace Router.Host.Commands.Verify;

/// <summary>The text of one record.</summary>
/// <param name="Where">The file, and its line where the file holds a record a line.</param>
/// <param name="Json">The text.</param>
internal sealed record RecordText(string Where, string Json);

/// <summary>Files of certificate records: one JSON document, or JSON lines.</summary>
internal static class RecordFile
{
    private const string StandardInput = "-";

    /// <summary>Every record of a file; what they say is not looked at.</summary>
    /// <param name="path">The file, or "-" for standard input.</param>
    /// <param name="surroundings">The outside.</param>
    /// <exception cref="InputFault">There is no such file, or nothing in it.</exception>
    public static IReadOnlyList<RecordText> Read(string path, Surroundings surroundings)
    {
        string name = path == StandardInput ? "standard input" : path;
        if (path != StandardInput && !File.Exists(surroundings.Resolve(path)))
            throw new InputFault($"there is no record {path}");
        string text = path == StandardInput ? surroundings.In.ReadToEnd() : File.ReadAllText(surroundings.Resolve(path));
        (string Line, int Number)[] lines = [.. text.Split('\n').Select((line, index) => (line.Trim(), index + 1)).Where(line => line.Item1.Length > 0)];
        return lines.Length switch
        {
            0 => throw new InputFault($"{name} holds no record: it is empty"),
            // A document may go over many lines; a line that is one by itself is not the beginning of it.
            > 1 when IsWhole(lines[0].Line) => [.. lines.Select(line => new RecordText($"{name}:{line.Number}", line.Line))],
            _ => [new(name, text)],
        };
    }

    private static bool IsWhole(string line)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(line));
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
