using System.Text.Json;

namespace Router.Host.Serving.Wire;

/// <summary>Tells what is wrong with a body in the protocol's words instead of the serializer's.</summary>
internal static class JsonFault
{
    public static string Describe(JsonException fault)
    {
        // The serializer wraps what its reader says of broken syntax; a right value in the wrong place has nothing inside.
        if (fault.InnerException is JsonException syntax)
            return $"the body is not JSON (line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}): {Reason(syntax.Message)} "
                + "JSON has no NaN and no Infinity";
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
