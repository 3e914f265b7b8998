using System.Text.Json.Nodes;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>Records come from strangers: whatever stands in one, the verifier answers.</summary>
public class HostileRecordTests
{
    private static readonly string[] Intruders =
        ["null", "[]", "{}", "\"\"", "-1", "0", "2147483647", "9223372036854775807", "1e300", "1e-320", "[null]",
            "[-1]", "\"79228162514264337593543950335\"",
            "9223372036854775808", "1e400", "1e-400", "-0.0", "true", "\"\\ud800\"", "\"\\u001b[2J\"",
            "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]"];

    public static TheoryData<string> Files => ["exclusion.json", "quantile.json", "biased.json", "cascade.jsonl"];

    [Theory]
    [MemberData(nameof(Files))]
    public void No_value_anywhere_makes_the_verifier_fail(string file)
    {
        JsonNode tree = First(file);
        int answers = 0;
        // What the files have in common is tried once.
        foreach (Action<JsonNode?> put in Places(
            file is "exclusion.json" or "cascade.jsonl" ? tree : tree["routing"]!).ToArray())
            foreach (string intruder in Intruders)
            {
                // Some of them are no tree's node: they are put into its text.
                put("INTRUDER");
                string json = tree.ToJsonString().Replace("\"INTRUDER\"", intruder, StringComparison.Ordinal);
                RecordVerdict verdict = RecordVerifier.Verify(json);
                answers += verdict.ToString()!.Length > 0 ? 1 : 0;
                put(null);
            }
        Assert.True(answers > 100);
        Assert.Equal(First(file).ToJsonString(), tree.ToJsonString());
    }

    private static JsonNode First(string file) => JsonNode.Parse(file.EndsWith('l')
        ? File.ReadLines(RecordSamples.PathOf(file)).First() : File.ReadAllText(RecordSamples.PathOf(file)))!;

    public static TheoryData<string, string> Texts => new()
    {
        { "a BOM", "\uFEFF{}" },
        { "half a surrogate pair", "{\"schema\": \"\ud800\"}" },
        { "NaN", "{\"radius\": NaN}" },
        { "a member twice", "{\"radius\": 1, \"\\u0072adius\": 1}" },
        { "depth", new string('[', 1_000_000) },
        { "a long number", new string('9', 1_000_000) },
        { "a long text", "{\"schema\": \"" + new string('x', 1_000_000) + "\"}" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void No_text_makes_the_verifier_fail(string what, string text) =>
        Assert.True(RecordVerifier.Verify(text) is RecordVerdict.DoesNotHold, what);

    // Comparing every bound with every outcome, or every stage with every expert, would take hours here.
    [Theory]
    [InlineData("counts")]
    [InlineData("mix")]
    [InlineData("stages")]
    [InlineData("bounds")]
    [InlineData("outcomes")]
    public void A_large_record_is_answered(string what)
    {
        JsonNode tree = First(what == "counts" ? "dual.json" : "quantile.json");
        const int many = 30_000;
        JsonNode router = tree["stages"]![0]!, expert = tree["stages"]![1]!;
        switch (what)
        {
            case "counts":
                foreach (string votes in (string[])["selection", "estimation"])
                    foreach (int i in Enumerable.Range(0, 10 * many)) expert[votes]!["counts"]!.AsArray().Add(0);
                break;
            case "mix": Repeat(tree["routing"]!["mix"]!.AsArray(), many); break;
            case "stages": Repeat(tree["stages"]!.AsArray(), many / 10); break;
            case "bounds": Repeat(expert["bounds"]!.AsArray(), many); break;
            case "outcomes": router["bounds"]![0]!["outcomes"] = new JsonArray(
                [.. Enumerable.Range(0, 10 * many).Select(i => (JsonNode)i)]); break;
        }
        string verdict = RecordVerifier.Verify(tree.ToJsonString()).ToString()!;
        Assert.Equal(what == "counts", verdict.StartsWith("arithmetic holds", StringComparison.Ordinal));
    }

    private static void Repeat(JsonArray items, int times)
    {
        string last = items[^1]!.ToJsonString();
        for (int i = 0; i < times; i++) items.Add(JsonNode.Parse(last));
    }

    // Puts something in the place of a node, and the node back where nothing is given.
    private static IEnumerable<Action<JsonNode?>> Places(JsonNode node)
    {
        if (node is JsonObject members)
            foreach ((string name, JsonNode? value) in members.ToArray())
            {
                string text = value?.ToJsonString() ?? "null";
                yield return other => members[name] = other ?? JsonNode.Parse(text);
                foreach (Action<JsonNode?> place in value is null ? [] : Places(value))
                    yield return place;
            }
        else if (node is JsonArray items)
            for (int i = 0; i < items.Count; i++)
            {
                int at = i;
                string text = items[i]!.ToJsonString();
                yield return other => items[at] = other ?? JsonNode.Parse(text);
                foreach (Action<JsonNode?> place in Places(items[i]!))
                    yield return place;
            }
    }
}
