using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>
/// What is wrong with a request: all of it, up to as much as anybody reads. A hostile body must not buy an answer
/// larger than itself.
/// </summary>
internal sealed class RequestFaults
{
    private const int Most = 10;

    private readonly List<string> _told = [];

    /// <summary>How many there are, told or not.</summary>
    public int Count { get; private set; }

    public void Add(string fault)
    {
        if (Count++ < Most) _told.Add(fault);
    }

    /// <summary>One sentence per fault.</summary>
    public override string ToString() => string.Join("; ", _told) + (Count > Most ? $"; and {Count - Most} more" : "");
}

/// <summary>
/// Text that a caller chose, fit for an error message and for a line of the log: short, and without control characters.
/// </summary>
internal static class Quoted
{
    private const int Longest = 100;

    public static string Cut(string text)
    {
        string cut = text.Length > Longest ? text[..Longest] + "…" : text;
        return string.Concat(cut.Select(character => char.IsControl(character) ? '\uFFFD' : character));
    }
}

/// <summary>Tells what is wrong with a body in the protocol's words instead of the serializer's.</summary>
internal static class JsonFault
{
    public static string Describe(JsonException fault)
    {
        // The serializer wraps what its reader says of broken syntax; a right value in the wrong place has nothing
        // inside.
        if (fault.InnerException is JsonException syntax)
            return $"the body is not JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}): "
                + $"{Reason(syntax.Message)} JSON has no NaN and no Infinity";
        return $"{Quoted.Cut(fault.Path ?? "$")} is not {Expected(fault.Path ?? "$")}";
    }

    private static string Reason(string message)
    {
        int position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Quoted.Cut(position < 0 ? message : message[..position]);
    }

    private static string Expected(string path)
    {
        string member = path[(path.LastIndexOf('.') + 1)..];
        return (member.Contains('[') ? member[..member.IndexOf('[')] : member) switch
        {
            "id" or "name" or "datatype" => "text",
            "shape" => "a list of whole numbers",
            "parameters" => "an object",
            "data" => "a list of numbers, flat or nested as the shape",
            "inputs" => "a list of tensors {name, shape, datatype, data}",
            "outputs" => "a list of {name}",
            _ => "an object {id?, parameters?, inputs, outputs?}",
        };
    }
}
