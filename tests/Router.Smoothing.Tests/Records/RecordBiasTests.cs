using System.Text.Json.Nodes;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>Biases whose difference is beyond what a double can hold would make a radius of no number.</summary>
public sealed class RecordBiasTests
{
    [Theory]
    [InlineData(100.5)]
    [InlineData(1e308)]
    public void A_bias_out_of_range_is_refused(double bias)
    {
        JsonNode record = JsonNode.Parse(File.ReadAllText(RecordSamples.PathOf("biased.json")))!;
        JsonArray biases = record["routing"]!["bias"]!.AsArray();
        (biases[0], biases[1]) = (bias, -bias);
        RecordVerdict.DoesNotHold verdict =
            Assert.IsType<RecordVerdict.DoesNotHold>(RecordVerifier.Verify(record.ToJsonString()));
        Assert.Contains("from -100 to 100", Assert.Single(verdict.Faults), StringComparison.Ordinal);
    }
}
