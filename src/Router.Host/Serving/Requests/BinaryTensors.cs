using System.Text.Json;
using Router.Host.Serving.Protocol;

namespace Router.Host.Serving.Requests;

/// <summary>The binary tensor extension is not offered: asking for it is refused, declining it is accepted.</summary>
internal static class BinaryTensors
{
    /// <summary>The header that announces binary tensors after the JSON.</summary>
    public const string Header = "Inference-Header-Content-Length";

    /// <summary>What is wrong with using them.</summary>
    public const string Fault = "binary tensors are not offered: send data as JSON numbers, and neither binary_data, binary_data_output nor binary_data_size";

    /// <summary>Whether a parameter declines binary data, as clients do that support it.</summary>
    public static bool Declines(string key, JsonElement value) =>
        key is "binary_data" or "binary_data_output" && value.ValueKind == JsonValueKind.False;

    /// <summary>Reports every parameter of a tensor: none is accepted but one that declines binary data.</summary>
    public static void Refuse(Dictionary<string, JsonElement>? parameters, string tensor, RequestFaults faults)
    {
        if (parameters is null) return;
        foreach ((string key, JsonElement value) in parameters)
            if (!Declines(key, value))
                faults.Add(key.StartsWith("binary_data", StringComparison.Ordinal) ? Fault : $"{tensor} has parameter '{Quoted.Cut(key)}': none is accepted");
    }
}
