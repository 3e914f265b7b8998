using System.Collections.Immutable;
using System.Text.Json;
using Router.Host.Serving.Answers;
using Router.Host.Serving.Protocol;
using Router.Smoothing;

namespace Router.Host.Serving.Requests;

/// <summary>Reads the body of an inference request; every fault is told, not only the first.</summary>
internal static class InferRequestReader
{
    /// <summary>Reads one body.</summary>
    /// <param name="body">JSON in UTF-8.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="limits">What a request may ask for.</param>
    public static InferReading Read(ReadOnlySpan<byte> body, ServedModel model, ServingLimits limits)
    {
        InferBody? written;
        try
        {
            written = JsonSerializer.Deserialize(body, ProtocolJson.Instance.InferBody);
        }
        catch (JsonException fault)
        {
            return InferReading.Of(JsonFault.Describe(fault));
        }
        if (written is null)
            return InferReading.Of("the body is null: expected an object {id?, parameters?, inputs, outputs?}");
        RequestFaults faults = new();
        foreach (string key in written.Unknown?.Keys ?? Enumerable.Empty<string>())
            faults.Add($"the request has no '{Quoted.Cut(key)}': accepted are id, parameters, inputs, outputs");
        InferParameters? parameters = ParameterReader.Read(written.Parameters, model, limits, faults);
        ImmutableArray<AnswerColumn> outputs = ReadOutputs(written.Outputs, parameters?.Mode, faults);
        ImmutableArray<GridInput> images = ReadImages(body, written.Inputs, model, limits, faults);
        return faults.Count > 0 ? new(null, faults) : new(new(written.Id, images, parameters!, outputs), faults);
    }

    private static ImmutableArray<GridInput> ReadImages(
        ReadOnlySpan<byte> body, List<InputTensor?>? inputs, ServedModel model, ServingLimits limits, RequestFaults faults)
    {
        if (inputs is [{ } tensor])
            return ImageTensorReader.Read(body, tensor, model.ImageShape, limits.Images, faults);
        faults.Add($"inputs holds {inputs?.Count ?? 0} tensors: accepted is exactly one, named '{ImageTensorReader.Name}'; images are batched along its first axis");
        return [];
    }

    private static ImmutableArray<AnswerColumn> ReadOutputs(List<RequestedOutput?>? asked, InferMode? mode, RequestFaults faults)
    {
        AnswerColumn[] offered = [.. AnswerColumn.All.Where(column => mode != InferMode.Predict || !column.NeedsCertificate)];
        if (asked is not { Count: > 0 }) return [.. offered.Where(column => !column.OnRequest)];
        ImmutableArray<AnswerColumn>.Builder columns = ImmutableArray.CreateBuilder<AnswerColumn>();
        foreach (RequestedOutput? output in asked)
        {
            if (offered.FirstOrDefault(column => column.Name == output?.Name) is not { } column)
                faults.Add($"there is no output '{Quoted.Cut(output?.Name ?? "")}'{(mode == InferMode.Predict ? " in mode predict" : "")}: "
                    + $"accepted are {string.Join(", ", offered.Select(known => known.Name))}");
            else if (columns.Contains(column))
                faults.Add($"output '{column.Name}' is asked for twice");
            else
                columns.Add(column);
            BinaryTensors.Refuse(output?.Parameters, $"output '{Quoted.Cut(output?.Name ?? "")}'", faults);
        }
        return columns.ToImmutable();
    }
}
