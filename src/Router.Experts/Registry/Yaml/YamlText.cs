using Router.Experts.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Yaml;

/// <summary>From a file or text to the root mapping of its one document.</summary>
internal static class YamlText
{
    public const int MaxBytes = 1 << 20;

    /// <summary>
    /// The text of a file, or null and a fault where it cannot be read, is too large or is not UTF-8.
    /// </summary>
    public static string? ReadFile(string path, FaultList faults)
    {
        SourceLocation whole = new(faults.File, 0, 0);
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            if (file.Length > MaxBytes)
            {
                faults.Add(whole, "", $"the file has {file.Length} bytes", $"at most {MaxBytes} bytes");
                return null;
            }
            byte[] bytes = new byte[file.Length];
            int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            string? text = PlainText.Decode(bytes.AsSpan(0, read), out TextFault? fault);
            if (fault is not null)
                faults.Add(new SourceLocation(faults.File, fault.Line, fault.Column), "",
                    $"the file is not UTF-8: {fault.Problem}", "a YAML text in UTF-8");
            return text;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            faults.Add(whole, "", $"the file cannot be read ({error.Message})", "a readable YAML file");
        }
        return null;
    }

    /// <summary>The root mapping, or null and the faults that stand in its way.</summary>
    public static YamlMappingNode? Root(string text, FaultList faults, string accepted)
    {
        if (text.Length > MaxBytes)
        {
            faults.Add(new SourceLocation(faults.File, 0, 0), "", $"the text has {text.Length} characters",
                $"at most {MaxBytes} bytes");
            return null;
        }
        if (PlainText.FaultOf(text) is { } unprintable)
        {
            faults.Add(new SourceLocation(faults.File, unprintable.Line, unprintable.Column), "", unprintable.Problem,
                "characters of a text (YAML 1.2, section 5.1)");
            return null;
        }
        try
        {
            if (new EventGate(faults).Pass(new StringReader(text)) is not { } events)
                return null;
            YamlStream stream = new();
            stream.Load(new Replay(events));
            YamlNode? root = stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
            if (root is YamlMappingNode mapping)
                return mapping;
            faults.Add(root?.Start ?? Mark.Empty, "",
                root is null ? "the file is empty" : "the file is not a mapping", accepted);
        }
        catch (YamlException error)
        {
            faults.Add(error.Start, "", $"not YAML: {error.Message}", "a well-formed YAML document");
        }
        return null;
    }

    private sealed class Replay(IReadOnlyList<ParsingEvent> events) : IParser
    {
        private int _at = -1;

        public ParsingEvent? Current => _at >= 0 && _at < events.Count ? events[_at] : null;

        public bool MoveNext() => ++_at < events.Count;
    }
}
