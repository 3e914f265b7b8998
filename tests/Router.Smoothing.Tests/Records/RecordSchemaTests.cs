using NJsonSchema;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>The schema that others read and the records that we write agree.</summary>
public class RecordSchemaTests
{
    private static async Task<bool> Accepts(string json)
    {
        // the validator knows the older name of the 2020-12 keyword
        string path = Path.Combine(global::Tests.Reference.Root, "docs", "schema", "certificate.schema.json");
        JsonSchema schema = await JsonSchema.FromJsonAsync(
            (await File.ReadAllTextAsync(path)).Replace("$defs", "definitions", StringComparison.Ordinal));
        return schema.Validate(json).Count == 0;
    }

    [Fact]
    public async Task Records_that_are_written_fit_the_schema_and_are_read_back_the_same()
    {
        CertificateRecord abstains = CertificateRecord.From(
            RecordSamples.DualCertificate(routeVotes: 5000), RecordSamples.Context("s012", "s025", "s050", "s100"));
        foreach (CertificateRecord record in new[]
        {
            RecordSamples.Single(), RecordSamples.Dual(), RecordSamples.Exclusion(), RecordSamples.Quantile(),
            RecordSamples.Biased(), abstains,
            CascadeRecordTests.ByEarlier, CascadeRecordTests.ByLater, CascadeRecordTests.Abstains,
            CascadeByClassRecordTests.Silent,
        })
        {
            string json = RecordJson.Write(record);
            Assert.True(await Accepts(json), json);
            Assert.True(RecordJson.TryRead(json, out CertificateRecord? read, out _));
            Assert.Equal(json, RecordJson.Write(read));
        }
    }

    [Fact]
    public async Task Every_member_is_described_and_no_other_is_accepted()
    {
        Assert.False(await Accepts(RecordSamples.Edited(RecordSamples.Dual(), record => record["remark"] = "")));
        Assert.False(await Accepts(
            RecordSamples.Edited(RecordSamples.Dual(), record => record.AsObject().Remove("class"))));
        Assert.False(await Accepts(RecordSamples.Edited(RecordSamples.Dual(), record => record["seed"]!["value"] = 7)));
        Assert.False(await Accepts(
            RecordSamples.Edited(RecordSamples.Dual(), record => record["stages"]![0]!["sigma"] = 1.0)));
        Assert.False(await Accepts(RecordSamples.Edited(
            RecordSamples.Dual(), record => record["stages"]![0]!["bounds"]![0]!["kind"] = "hope")));
    }
}
