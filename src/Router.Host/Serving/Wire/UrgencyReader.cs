using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>Reads how urgent a request is: a deadline in milliseconds, or Triton's timeout in microseconds, and Triton's priority.</summary>
internal static class UrgencyReader
{
    private const int MostMilliseconds = 24 * 60 * 60 * 1000;
    private const int LastPriority = 10, UsualPriority = 5;

    /// <summary>How long the answer may take; null for as long as it takes.</summary>
    public static TimeSpan? Deadline(Dictionary<string, JsonElement> written, RequestFaults faults)
    {
        bool inMilliseconds = written.ContainsKey("deadline_ms"), inMicroseconds = written.ContainsKey("timeout");
        if (inMilliseconds && inMicroseconds)
            faults.Add("parameters 'deadline_ms' (milliseconds) and 'timeout' (microseconds) say the same: accepted is one of the two");
        if (inMilliseconds)
            return TimeSpan.FromMilliseconds(ParameterReader.ReadCount(written, "deadline_ms", 1, MostMilliseconds, faults));
        return inMicroseconds
            ? TimeSpan.FromMicroseconds(ParameterReader.ReadCount(written, "timeout", 1, int.MaxValue, faults))
            : null;
    }

    /// <summary>Higher goes first; as the protocol's extension writes it, 1 goes first and 0 is the usual one.</summary>
    public static int Priority(Dictionary<string, JsonElement> written, RequestFaults faults)
    {
        if (!written.TryGetValue("priority", out JsonElement value)) return 0;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int level) && level is >= 0 and <= LastPriority)
            return level == 0 ? 0 : UsualPriority - level;
        faults.Add($"parameter 'priority' is {Quoted.Cut(value.GetRawText())}: accepted are 1, the first, to {LastPriority}, the last; 0 is {UsualPriority}");
        return 0;
    }
}
