using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>
/// Every number of every committed record, changed alone in several ways. What the arithmetic cannot notice is listed,
/// and claims no more than
/// the honest record did; under the key that signed it nothing goes unnoticed.
/// </summary>
public class RecordTamperingTests
{
    // Why they may pass. seed: any noise will do, and replaying tells. total up: a larger failure probability. sigma,
    // tau, bias of a stage
    // that does not limit: a statement about another classifier, which the same bounds prove as well. shares that no
    // bound drew on.
    private static readonly string[] Unnoticed =
    [
        "alpha.shares[].alpha", "alpha.shares[].bounds", "alpha.total", "routing.bias[]", "routing.tau", "seed.value",
        "stages[].sigma",
    ];

    private static readonly string[] NumberTexts = [".sigma", ".tau", "seed.value"];

    public static TheoryData<string> Files => [.. RecordSamples.Golden.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void One_number_changed_is_refused_or_claims_no_more(string file)
    {
        string json = File.ReadAllText(RecordSamples.PathOf(file));
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(RecordSamples.PathOf("public.pem")));
        Assert.True(RecordJson.TryRead(json, out CertificateRecord? honest, out _));
        HashSet<string> unnoticed = [];
        int changes = 0, refused = 0;
        foreach ((string path, JsonNode value) in Numbers(JsonNode.Parse(json)!))
            foreach (JsonNode other in Others(value))
            {
                string tampered = With(json, path, other);
                changes++;
                if (RecordVerifier.Verify(tampered) is RecordVerdict.DoesNotHold)
                {
                    refused++;
                    continue;
                }
                unnoticed.Add(string.Concat(path.Where(letter => !char.IsAsciiDigit(letter))));
                Assert.Contains("does not fit the record", RecordVerifier.Verify(tampered, key).ToString(),
                    StringComparison.Ordinal);
                Assert.True(RecordJson.TryRead(tampered, out CertificateRecord? read, out _));
                Assert.True(
                    read.Class == honest.Class && read.Radius == honest.Radius
                        && read.Alpha.Total >= honest.Alpha.Total,
                    $"{path} = {other.ToJsonString()} claims more");
            }
        Assert.Subset(new HashSet<string>(Unnoticed), unnoticed);
        Assert.True(changes > 150 && refused > 0.7 * changes, $"{refused} of {changes} changes refused");
    }

    [Theory]
    [InlineData("id", "")]
    [InlineData("function", "")]
    [InlineData("function", "expert")]
    [InlineData("function", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_network_without_id_or_function_is_refused_also_where_it_was_not_asked(string member, string text)
    {
        foreach (string file in RecordSamples.Golden.Keys)
        {
            JsonNode record = JsonNode.Parse(File.ReadAllText(RecordSamples.PathOf(file)))!;
            record["routing"]!["mix"]!.AsArray().Last()![member] = text;
            Assert.Contains("is not a SHA-256 in lower-case hex of a network that has an id",
                RecordVerifier.Verify(record.ToJsonString()).ToString(), StringComparison.Ordinal);
        }
    }

    // Counts and every number that the radius comes from: none of these passes in any record.
    [Theory]
    [InlineData("estimation", "counts")]
    [InlineData("selection", "counts")]
    [InlineData("estimation", "undecided")]
    [InlineData("estimation", "to")]
    public void Votes_never_change_unnoticed(string range, string member)
    {
        foreach (Func<CertificateRecord> make in RecordSamples.Golden.Values)
        {
            string json = RecordJson.Write(make());
            foreach ((string path, JsonNode value) in Numbers(JsonNode.Parse(json)!)
                .Where(number => number.Path.Contains($"{range}.{member}", StringComparison.Ordinal)))
                foreach (JsonNode other in Others(value))
                    Assert.IsType<RecordVerdict.DoesNotHold>(RecordVerifier.Verify(With(json, path, other)));
        }
    }

    private static IEnumerable<(string Path, JsonNode Value)> Numbers(JsonNode node) => node switch
    {
        JsonObject members => members.Where(member => member.Value is not null)
            .SelectMany(member => Numbers(member.Value!)),
        JsonArray items => items.SelectMany(item => Numbers(item!)),
        _ when node.GetValueKind() == JsonValueKind.Number || NumberTexts.Any(node.GetPath().EndsWith) =>
            [(node.GetPath()[2..], node)],
        _ => [],
    };

    private static IEnumerable<JsonNode> Others(JsonNode value)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            decimal number = decimal.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture);
            decimal[] others = number > 1000 ? [number + 1, number - 1]
                : [number * 1.01m, number * 0.99m, number * 0.5m, number * 1.5m];
            return others.Select(other => (JsonNode)other.ToString(CultureInfo.InvariantCulture));
        }
        string text = value.ToJsonString();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return new[] { whole + 1, whole - 1, 10 * whole + 7 }.Select(other => (JsonNode)other);
        double real = value.GetValue<double>();
        return new[] { real * (1 + 1e-7), real * (1 - 1e-7), real * 1.5, real * 0.5, -real }.Select(
            other => (JsonNode)other);
    }

    private static string With(string json, string path, JsonNode value)
    {
        JsonNode tree = JsonNode.Parse(json)!, at = tree;
        string[] steps = path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries);
        foreach (string step in steps[..^1])
            at = int.TryParse(step, out int index) ? at[index]! : at[step]!;
        if (int.TryParse(steps[^1], out int last))
            at[last] = value.DeepClone();
        else
            at[steps[^1]] = value.DeepClone();
        return tree.ToJsonString();
    }
}
