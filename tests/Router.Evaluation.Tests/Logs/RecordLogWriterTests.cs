using System.Collections.Immutable;
using Router.Evaluation.Logs;
using Router.Smoothing.Records;

namespace Router.Evaluation.Tests.Logs;

public sealed class RecordLogWriterTests : IDisposable
{
    private readonly LogFolder _folder = new();
    private readonly string _path;

    public RecordLogWriterTests() => _path = _folder.Log + ".records.jsonl";

    public void Dispose() => _folder.Dispose();

    private static CertificateRecord Record(int seed, double radius = 0.5) => new()
    {
        Schema = CertificateRecord.CurrentSchema, Kind = CertificateKinds.Single, Class = 1, Radius = radius,
        LimitingStage = RecordStages.Expert,
        Input = new('0', 64), Noise = "grid", Seed = new($"{seed}", SeedRecord.Caller),
        Routing = new(RecordRoutingKinds.Fixed, []),
        Alpha = new(0.001, []), Stages = [], Versions = ImmutableSortedDictionary<string, string>.Empty,
    };

    private static LogRow Row(int seed, double radius = 0.5) =>
        new(seed, 1, 1, radius, 0) { Routed = new("s025", 1, 0.5, "expert", 10, "grid", (ulong)seed, "caller") };

    private void Write(int count, string torn = "")
    {
        using (RecordLogWriter records = RecordLogWriter.Create(_path))
            for (int seed = 0; seed < count; seed++)
                records.Write(Record(seed));
        File.AppendAllText(_path, torn);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"schema\": \"dualrs.cer")]
    public void Continuing_drops_a_torn_line_and_records_that_the_log_does_not_have(string torn)
    {
        Write(3, torn);
        using (RecordLogWriter records = RecordLogWriter.Continue(_path, [Row(0), Row(1)]))
            records.Write(Record(7));
        Assert.Equal(
            ["0", "1", "7"],
            File.ReadAllLines(_path).Select(line => RecordJson.TryRead(
                line, out CertificateRecord? record, out string? fault) ? record.Seed.Value : fault));
    }

    [Fact]
    public void A_log_that_lacks_records_or_has_others_does_not_go_on_and_the_file_stays()
    {
        Write(2);
        string before = File.ReadAllText(_path);
        foreach ((LogRow[] rows, string message) in new (LogRow[], string)[]
        {
            ([Row(0), Row(1), Row(2)], "there are 2 records for the 3 images of the log"),
            ([Row(1), Row(0)], ":1: this is not the record of image 1"),
            ([Row(0), Row(1, radius: 0.75)], ":2: this is not the record of image 1"),
        })
            Assert.Contains(
                message, Assert.Throws<BadInputException>(() => RecordLogWriter.Continue(_path, rows)).Message,
                StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_path));
        Assert.Throws<IOException>(() => RecordLogWriter.Create(_path));
    }
}
