using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Smoothing.Records;

/// <summary>
/// τ of a cascade's stage as exact decimal texts: "0.5" for all classes, or ["0.5", "0.86", …] for each in their order.
/// </summary>
/// <param name="Numbers">One, or one for each of two classes or more.</param>
[JsonConverter(typeof(Json))]
public sealed record ThresholdsRecord(ImmutableArray<string> Numbers)
{
    /// <summary>The thresholds of a stage.</summary>
    public static ThresholdsRecord Of(Thresholds taus) =>
        new([.. taus.Numbers.Select(tau => tau.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>The numbers; null where one is no decimal in (0, 1).</summary>
    internal Thresholds? Read()
    {
        decimal?[] numbers = [.. Numbers.Select(RoutingRecord.Decimal)];
        return numbers.All(tau => tau is { } number && Thresholds.Allows(number))
            ? new([.. numbers.Select(tau => tau!.Value)])
            : null;
    }

    /// <summary>"0.5" or "[0.5 0.86]".</summary>
    public override string ToString() => Numbers is [var one] ? one : $"[{string.Join(' ', Numbers)}]";

    private sealed class Json : JsonConverter<ThresholdsRecord>
    {
        public override ThresholdsRecord Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return new([reader.GetString()!]);
            ImmutableArray<string> numbers = JsonSerializer.Deserialize<ImmutableArray<string>>(ref reader, options);
            return numbers.Length > 1
                ? new(numbers)
                : throw new JsonException("thresholds by class are of two classes or more; one number is a text");
        }

        public override void Write(Utf8JsonWriter writer, ThresholdsRecord value, JsonSerializerOptions options)
        {
            if (value.Numbers is [var one])
                writer.WriteStringValue(one);
            else
                JsonSerializer.Serialize(writer, value.Numbers, options);
        }
    }
}
