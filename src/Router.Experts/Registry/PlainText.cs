using System.Buffers;
using System.Text;
using Router.Experts.Files;

namespace Router.Experts.Registry;

/// <summary>Where a text cannot be one.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Problem">What stands there.</param>
public sealed record TextFault(int Line, int Column, string Problem)
{
    /// <summary>What follows a file's name: <c>:line:column: problem</c>.</summary>
    public override string ToString() => $":{Line}:{Column}: {Problem}";
}

/// <summary>
/// What people write and programs read, UTF-8 of the characters that YAML 1.2 allows (section 5.1, c-printable). Some
/// parsers end at a NUL without a word: a file that a power cut left with zeros would lose its end.
/// </summary>
public static class PlainText
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>A file's text, or where and why it is none.</summary>
    /// <exception cref="InvalidDataException">There is something else than a file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static (string? Text, TextFault? Fault) Read(string path)
    {
        RegularFile.Check(path);
        string? text = Decode(File.ReadAllBytes(path), out TextFault? fault);
        return text is null || (fault = FaultOf(text)) is not null ? (null, fault) : (text, null);
    }

    /// <summary>The text without its byte order mark; null where it is not UTF-8.</summary>
    public static string? Decode(ReadOnlySpan<byte> utf8, out TextFault? fault)
    {
        StringBuilder text = new(utf8.Length);
        Span<char> units = stackalloc char[2];
        fault = null;
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed) != OperationStatus.Done)
            {
                (int line, int column) = End(text.ToString());
                fault = new(line, column, $"the byte 0x{utf8[0]:x2} is not UTF-8");
                return null;
            }
            text.Append(units[..rune.EncodeToUtf16(units)]);
            utf8 = utf8[consumed..];
        }
        return text.Length > 0 && text[0] == ByteOrderMark ? text.ToString(1, text.Length - 1) : text.ToString();
    }

    /// <summary>The first character that no text has; null where there is none.</summary>
    public static TextFault? FaultOf(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (Problem(text, i) is { } problem)
            {
                (int line, int column) = End(text[..i]);
                return new(line, column, $"U+{(int)text[i]:X4} {problem}");
            }
            else if (char.IsSurrogate(text[i]))
            {
                i++;
            }
        return null;
    }

    private static string? Problem(string text, int at) => text[at] switch
    {
        '\t' or '\n' or '\r' or (>= ' ' and <= '~') => null,
        ByteOrderMark => "is a byte order mark in the middle of a text",
        '\u0085' or '\u2028' or '\u2029' => "is a line break to some readers and none to others",
        >= '\uD800' and <= '\uDFFF' => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]) ? null
            : "is half a character",
        (>= '\u00A0' and <= '\uFFFD') => null,
        _ => "is a control character, which a text does not hold",
    };

    private static (int Line, int Column) End(string text)
    {
        (int line, int column) = (1, 1);
        for (int i = 0; i < text.Length; i++)
            if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < text.Length && text[i + 1] == '\n'))) (line, column) =
                (line + 1, 1);
            else column++;
        return (line, column);
    }
}
