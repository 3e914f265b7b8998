using System.Collections.Immutable;
using System.Text.Json;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>Reads the body of an inference request; every fault is told, not only the first.</summary>
internal static class InferRequestReader
{
    /// <summary>Reads one body.</summary>
    /// <param name="body">JSON, and what follows it.</param>
    /// <param name="asked">The model that is asked.</param>
    /// <param name="model">What is served.</param>
    /// <param name="limits">What a request may ask for.</param>
    /// <param name="addressed">Parameters from the address, which count like those of the body.</param>
    public static InferReading Read(
        BodyParts body, AskedModel asked, ServedModel model, ServingLimits limits, IReadOnlyDictionary<string,
        JsonElement>? addressed = null)
    {
        InferBody? written;
        if (JsonTokens.Fault(body.Json) is { } unreadable)
            return InferReading.Of(unreadable);
        try
        {
            written = JsonSerializer.Deserialize(body.Json, ProtocolJson.Instance.InferBody);
        }
        catch (JsonException fault)
        {
            return InferReading.Of(JsonFault.Describe(fault));
        }
        return written is null
            ? InferReading.Of("the body is null: expected an object {id?, parameters?, inputs, outputs?}")
            : Read(written, body, asked, model, limits, addressed);
    }

    /// <summary>Checks a request as it was written.</summary>
    /// <param name="written">The request.</param>
    /// <param name="values">Where the values of its input stand.</param>
    /// <param name="asked">The model that is asked.</param>
    /// <param name="model">What is served.</param>
    /// <param name="limits">What a request may ask for.</param>
    /// <param name="addressed">Parameters from the address, which count like those of the body.</param>
    public static InferReading Read(
        InferBody written, IInputValues values, AskedModel asked, ServedModel model, ServingLimits limits,
        IReadOnlyDictionary<string, JsonElement>? addressed = null)
    {
        RequestFaults faults = new();
        ForeignParameters foreign = new();
        foreach (string key in written.Unknown?.Keys ?? Enumerable.Empty<string>())
            faults.Add($"the request has no '{Quoted.Cut(key)}': accepted are id, parameters, inputs, outputs");
        Dictionary<string, JsonElement> parametersWritten = written.Parameters ?? [];
        foreach ((string key, JsonElement value) in addressed ?? ImmutableDictionary<string, JsonElement>.Empty)
            if (!parametersWritten.TryAdd(key, value))
                faults.Add($"parameter '{Quoted.Cut(key)}' is given both in the address and in the body");
        InferParameters? parameters = ParameterReader.Read(parametersWritten, asked, model, limits, foreign, faults);
        bool binary = BinaryTensors.Wanted(parametersWritten, BinaryTensors.Output, otherwise: false, faults);
        ImmutableArray<(AnswerColumn Column, bool Binary)> outputs =
            ReadOutputs(written.Outputs, asked, parameters?.Mode, binary, foreign, faults);
        ImmutableArray<GridInput> images = ReadImages(values, written.Inputs, model, limits, foreign, faults);
        if (faults.Count > 0) return new(null, faults);
        return new(
            new(written.Id, images, parameters!, [.. outputs.Select(output => output.Column)])
            {
                Model = asked, Binary = [.. outputs.Where(output => output.Binary).Select(output => output.Column)],
                IgnoredParameters = foreign.Ignored,
            },
            faults);
    }

    private static ImmutableArray<GridInput> ReadImages(
        IInputValues values, List<InputTensor?>? inputs, ServedModel model, ServingLimits limits,
        ForeignParameters foreign, RequestFaults faults)
    {
        if (inputs is [{ } tensor])
            return ImageTensorReader.Read(values, tensor, model.ImageShape, limits.Images, foreign, faults);
        faults.Add($"inputs holds {inputs?.Count ?? 0} tensors: accepted is exactly one, named "
            + $"'{ImageTensorReader.Name}'; images are batched along its first axis");
        return [];
    }

    private static ImmutableArray<(AnswerColumn Column, bool Binary)> ReadOutputs(
        List<RequestedOutput?>? written, AskedModel asked, InferMode? mode, bool binary, ForeignParameters foreign,
        RequestFaults faults)
    {
        ImmutableArray<AnswerColumn> offered = asked.Outputs(mode);
        if (written is not { Count: > 0 })
            return [.. offered.Where(column => !column.OnRequest).Select(column => (column, binary))];
        ImmutableArray<(AnswerColumn Column, bool Binary)>.Builder columns = ImmutableArray.CreateBuilder<(
            AnswerColumn, bool)>();
        foreach (RequestedOutput? output in written)
        {
            string name = $"output '{Quoted.Cut(output?.Name ?? "")}'";
            string[] accepted = [BinaryTensors.Data, BinaryTensors.Classification];
            foreign.Take(output?.Parameters?.Keys, accepted, $"{name} has no parameter", faults);
            BinaryTensors.RefuseClassification(output?.Parameters, name, faults);
            bool asBytes = BinaryTensors.Wanted(output?.Parameters, BinaryTensors.Data, binary, faults);
            if (offered.FirstOrDefault(column => column.Name == output?.Name) is not { } column)
                faults.Add($"there is no {name}{(mode == InferMode.Predict ? " in mode predict" : "")}: "
                    + $"accepted are {string.Join(", ", offered.Select(known => known.Name))}");
            else if (columns.Any(earlier => earlier.Column == column))
                faults.Add($"{name} is asked for twice");
            else
                columns.Add((column, asBytes));
        }
        return columns.ToImmutable();
    }
}
