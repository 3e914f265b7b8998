using System.Collections.Immutable;
using System.Text.Json;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Smoothing;
using Router.Smoothing.Sampling;

namespace Router.Host.Serving.Wire;

/// <summary>Reads a request's parameters; what is not given comes from the registry.</summary>
internal static class ParameterReader
{
    private const double MostFailureProbability = 0.5;

    private static readonly string[]
        OfRouted = ["mode", "failure_probability", "selection", "estimation", "seed", "mix", "deadline_ms", "timeout",
            "priority", "target_radius", "resolution", BinaryTensors.Output],
        OfExpert = [.. OfRouted.Where(name => name != "mix")],
        OfRouter = ["failure_probability", "estimation", "seed", "deadline_ms", "timeout", "priority",
            BinaryTensors.Output],
        OfCertificates = ["selection", "target_radius", "resolution"];

    /// <summary>Reads them all.</summary>
    /// <param name="written">As they came.</param>
    /// <param name="asked">The model that is asked: each has its own.</param>
    /// <param name="model">What is served.</param>
    /// <param name="limits">What a request may ask for.</param>
    /// <param name="foreign">Receives what is no parameter of the model.</param>
    /// <param name="faults">Receives what is wrong.</param>
    /// <returns>Null where one is wrong.</returns>
    public static InferParameters? Read(
        Dictionary<string, JsonElement> written, AskedModel asked, ServedModel model, ServingLimits limits,
        ForeignParameters foreign, RequestFaults faults)
    {
        int faultsBefore = faults.Count;
        string[] names = asked.Role switch
        {
            ModelRole.Expert => OfExpert,
            ModelRole.Router => OfRouter,
            _ => OfRouted,
        };
        foreign.Take(written.Keys, names, "there is no parameter", faults);
        CertificationConfig defaults = model.Defaults;
        InferMode mode = asked.Role == ModelRole.Router ? InferMode.Route
            : written.TryGetValue("mode", out JsonElement stated) ? ReadMode(stated, faults) : InferMode.Certify;
        SampleCounts counts = new(
            ReadCount(written, "selection", defaults.Selection, limits.Samples, faults),
            ReadCount(written, "estimation", defaults.Estimation, limits.Samples, faults));
        double alpha = ReadFailureProbability(written, (double)defaults.FailureProbability, faults);
        ulong? seed = ReadSeed(written, faults);
        ImmutableArray<string> mix = asked.Role == ModelRole.Routed ? ReadMix(written, model, faults) : asked.Mix;
        TimeSpan? deadline = UrgencyReader.Deadline(written, faults);
        int priority = UrgencyReader.Priority(written, faults);
        StoppingRules? stopping = ReadStopping(written, (double)defaults.Resolution, faults);
        foreach (string name in OfCertificates)
            if (mode == InferMode.Predict && written.ContainsKey(name))
                faults.Add($"parameter '{name}' has no meaning in mode predict, which draws 'estimation' samples and "
                    + $"selects on the same");
        if (faults.Count > faultsBefore) return null;
        InferParameters parameters = new(
            mode, counts, alpha, seed, mix) { Deadline = deadline, Priority = priority, Stopping = stopping };
        if (mode == InferMode.Certify) CheckThatARadiusCanBeProved(parameters, model.Asked(parameters), faults);
        return parameters;
    }

    private static InferMode ReadMode(JsonElement value, RequestFaults faults)
    {
        switch (value.ValueKind == JsonValueKind.String ? value.GetString() : null)
        {
            case "certify": return InferMode.Certify;
            case "predict": return InferMode.Predict;
            default:
                faults.Add(
                    $"parameter 'mode' is {Quoted.Cut(value.GetRawText())}: accepted are \"certify\", \"predict\"");
                return InferMode.Certify;
        }
    }

    /// <summary>A whole number from 1 on.</summary>
    public static int ReadCount(
        Dictionary<string, JsonElement> written, string name, int otherwise, int most, RequestFaults faults)
    {
        if (!written.TryGetValue(name, out JsonElement value)) return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 1 && count <= most)
            return count;
        faults.Add(
            $"parameter '{name}' is {Quoted.Cut(value.GetRawText())}: accepted are whole numbers from 1 to {most}");
        return otherwise;
    }

    private static StoppingRules? ReadStopping(
        Dictionary<string, JsonElement> written, double otherwise, RequestFaults faults) => StoppingRules.Of(
            ReadNumber(written, "target_radius", number => number > 0, "numbers above 0", faults),
            ReadNumber(written, "resolution", number => number >= 0, "numbers from 0 on", faults), otherwise);

    private static double? ReadNumber(
        Dictionary<string, JsonElement> written, string name, Func<double, bool> isAccepted, string accepted,
        RequestFaults faults)
    {
        if (!written.TryGetValue(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && isAccepted(number)
            && double.IsFinite(number)) return number;
        faults.Add($"parameter '{name}' is {Quoted.Cut(value.GetRawText())}: accepted are {accepted}");
        return null;
    }

    private static double ReadFailureProbability(
        Dictionary<string, JsonElement> written, double otherwise, RequestFaults faults)
    {
        if (!written.TryGetValue("failure_probability", out JsonElement value)) return otherwise;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double alpha)
            && alpha is >= AlphaLedger.LeastAsked and <= MostFailureProbability) return alpha;
        faults.Add($"parameter 'failure_probability' is {Quoted.Cut(value.GetRawText())}: "
            + $"accepted are numbers from {AlphaLedger.LeastAsked} to {MostFailureProbability}");
        return otherwise;
    }

    private static ulong? ReadSeed(Dictionary<string, JsonElement> written, RequestFaults faults)
    {
        if (!written.TryGetValue("seed", out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out ulong seed)) return seed;
        faults.Add($"parameter 'seed' is {Quoted.Cut(value.GetRawText())}: accepted are whole numbers from 0 to "
            + $"{ulong.MaxValue}");
        return null;
    }

    // The protocol's parameters are scalars: a list is a convenience, text with commas what every client can send.
    private static ImmutableArray<string> ReadMix(
        Dictionary<string, JsonElement> written, ServedModel model, RequestFaults faults)
    {
        if (!written.TryGetValue("mix", out JsonElement value)) return [];
        string[]? ids = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.Split(
                ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            JsonValueKind.Array when value.EnumerateArray().All(id => id.ValueKind == JsonValueKind.String) =>
                [.. value.EnumerateArray().Select(id => id.GetString()!)],
            _ => null,
        };
        string? objection = ids is null
            ? $"accepted are ids of experts, as text with commas or as a list: "
                + $"{string.Join(", ", model.Classifier.Routes.Select(route => route.Id))}"
            : Restriction.Objection(model.Classifier.Routes, ids);
        if (objection is null) return [.. ids!];
        faults.Add($"parameter 'mix' is {Quoted.Cut(value.GetRawText())}: {Quoted.Cut(objection)}");
        return [];
    }

    private static void CheckThatARadiusCanBeProved(
        InferParameters parameters, FailoverClassifier asked, RequestFaults faults)
    {
        (SampleCounts counts, double alpha) = (parameters.Counts, parameters.FailureProbability);
        int least = asked.Classifier.FewestThatProve(asked.Reserving(new(counts, counts, alpha)));
        if (least == counts.Estimation) return;
        faults.Add($"{counts.Estimation} estimation samples can prove nothing at failure probability {alpha}, even if "
            + $"all agree: accepted is 'estimation' from {least}");
    }
}

/// <summary>
/// Reads how urgent a request is: a deadline in milliseconds, or Triton's timeout in microseconds, and Triton's
/// priority.
/// </summary>
internal static class UrgencyReader
{
    private const int MostMilliseconds = 24 * 60 * 60 * 1000;
    private const int LastPriority = 10, UsualPriority = 5;

    /// <summary>How long the answer may take; null for as long as it takes.</summary>
    public static TimeSpan? Deadline(Dictionary<string, JsonElement> written, RequestFaults faults)
    {
        bool inMilliseconds = written.ContainsKey("deadline_ms"), inMicroseconds = written.ContainsKey("timeout");
        if (inMilliseconds && inMicroseconds)
            faults.Add("parameters 'deadline_ms' (milliseconds) and 'timeout' (microseconds) say the same: accepted is "
                + "one of the two");
        if (inMilliseconds)
            return TimeSpan.FromMilliseconds(
                ParameterReader.ReadCount(written, "deadline_ms", 1, MostMilliseconds, faults));
        return inMicroseconds
            ? TimeSpan.FromMicroseconds(ParameterReader.ReadCount(written, "timeout", 1, int.MaxValue, faults))
            : null;
    }

    /// <summary>
    /// Higher goes first; as the protocol's extension writes it, 1 goes first and 0 is the usual one.
    /// </summary>
    public static int Priority(Dictionary<string, JsonElement> written, RequestFaults faults)
    {
        if (!written.TryGetValue("priority", out JsonElement value)) return 0;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int level)
            && level is >= 0 and <= LastPriority)
            return level == 0 ? 0 : UsualPriority - level;
        faults.Add($"parameter 'priority' is {Quoted.Cut(value.GetRawText())}: accepted are 1, the first, to "
            + $"{LastPriority}, the last; 0 is {UsualPriority}");
        return 0;
    }
}
