using Router.Smoothing.Records;
using Tests;

namespace Router.Smoothing.Tests.Records;

/// <summary>
/// Structured changes of the reference records, fitted as a forger would: none that the verifier accepts claims more
/// than the honest record from the same
/// votes, α and classifier; and another verifier, in another language, says the same of each. bench/mutation does the
/// same at length.
/// </summary>
public class RecordMutationTests
{
    private const string Python = "/usr/bin/python3";

    private const int Each = 60, EachForPython = 12;

    private static readonly string[] Files =
        ["dual.json", "exclusion.json", "quantile.json", "biased.json", "cifar10.jsonl", "cascade.jsonl",
            "cascade-toys.jsonl", "cascade-by-class.jsonl", "passes.jsonl"];

    /// <summary>The reference records, one a line.</summary>
    internal static IEnumerable<string> Honest => Files.SelectMany(file => file.EndsWith('l')
        ? File.ReadLines(RecordSamples.PathOf(file))
        : [File.ReadAllText(RecordSamples.PathOf(file)).ReplaceLineEndings(" ")]);

    [Fact]
    public void No_structured_change_that_is_accepted_claims_more_than_the_honest_record()
    {
        int accepted = 0, refused = 0;
        foreach ((int index, string honest) in Honest.Index())
            foreach (string changed in new RecordMutations(7 + (ulong)index).Of(honest, Each))
                if (RecordVerifier.Verify(changed) is RecordVerdict.DoesNotHold)
                    refused++;
                else if (++accepted > 0)
                    Assert.False(RecordRaise.Raises(honest, changed), changed);
        Assert.True(accepted > 50 && refused > 5 * accepted, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void A_raise_is_told_where_there_is_one()
    {
        string honest = RecordJson.WriteLine(RecordSamples.Dual());
        CertificateRecord larger = RecordSamples.Dual() with { Radius = RecordSamples.Dual().Radius * 1.001 };
        Assert.True(RecordRaise.Raises(honest, RecordJson.WriteLine(larger)));
        Assert.False(RecordRaise.Raises(honest, honest));
    }

    [Fact]
    public async Task Scipy_gives_every_changed_record_the_same_verdict()
    {
        bool hasSciPy = File.Exists(Python) && (await RunAsync("-c", "import scipy.optimize")).Code == 0;
        Assert.SkipUnless(hasSciPy, "needs python3 with SciPy (Debian: python3-scipy)");
        string[] records =
        [
            .. Honest.SelectMany((honest, index) =>
                new RecordMutations(70 + (ulong)index).Of(honest, EachForPython).Append(honest)),
        ];
        bool[] ours = [.. records.Select(record => RecordVerifier.Verify(record) is not RecordVerdict.DoesNotHold)];
        string[] theirs = await VerdictsAsync(records, "");
        foreach ((string record, (bool holds, string verdict)) in records.Zip(ours.Zip(theirs)))
            Assert.True(holds == Holds(verdict), $"{RecordVerifier.Verify(record)}\n{verdict}\n{record}");
        Assert.InRange(ours.Count(holds => holds), records.Length / 20, records.Length / 2);

        // A verifier that looks at nothing which a plan has for all stages alike is told from this one.
        string[] careless = await VerdictsAsync(records, "record.check_plan = lambda record: None");
        Assert.NotEqual(ours, careless.Select(Holds));
    }

    private static bool Holds(string verdict) => verdict.Contains(": holds", StringComparison.Ordinal);

    private static async Task<string[]> VerdictsAsync(string[] records, string change)
    {
        string folder = Directory.CreateTempSubdirectory("dualrs-mutations-").FullName;
        string file = Path.Combine(folder, "changed.jsonl");
        try
        {
            await File.WriteAllLinesAsync(file, records);
            string program = $"import sys; sys.path.insert(0, sys.argv.pop(1)); import record; {change}\nrecord.main()";
            string verifier = Path.Combine(global::Tests.Reference.Root, "bench", "recompute");
            (_, string said, string failed) = await RunAsync("-c", program, verifier, file);
            string[] verdicts = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return verdicts.Length == records.Length ? verdicts : throw new InvalidOperationException(failed);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        OtherProgram.RunAsync(new(Python, arguments));
}
