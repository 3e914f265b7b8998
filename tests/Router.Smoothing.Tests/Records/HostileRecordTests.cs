using System.Text.Json.Nodes;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>Records come from strangers: whatever stands in one, the verifier answers.</summary>
public class HostileRecordTests
{
    private static readonly string[] Intruders =
        ["null", "[]", "{}", "\"\"", "-1", "0", "2147483647", "9223372036854775807", "1e300", "1e-320", "[null]", "[-1]", "\"79228162514264337593543950335\""];

    public static TheoryData<string> Files => ["exclusion.json", "quantile.json", "biased.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public void No_value_anywhere_makes_the_verifier_fail(string file)
    {
        JsonNode tree = JsonNode.Parse(File.ReadAllText(RecordSamples.PathOf(file)))!;
        int answers = 0;
        // What the files have in common is tried once.
        foreach (Action<JsonNode?> put in Places(file == "exclusion.json" ? tree : tree["routing"]!).ToArray())
            foreach (string intruder in Intruders)
            {
                put(JsonNode.Parse(intruder));
                string json = tree.ToJsonString();
                RecordVerdict verdict = RecordVerifier.Verify(json);
                answers += verdict.ToString()!.Length > 0 ? 1 : 0;
                put(null);
            }
        Assert.True(answers > 100);
        Assert.Equal(JsonNode.Parse(File.ReadAllText(RecordSamples.PathOf(file)))!.ToJsonString(), tree.ToJsonString());
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
