using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Reports;

public sealed class TradeoffJsonTests
{
    private static readonly TradeoffDocument Document = SyntheticStudy.Create(20);

    [Fact]
    public void A_document_comes_back_as_it_was_written()
    {
        string text = TradeoffJson.Text(Document);
        TradeoffDocument read = TradeoffJson.Parse(text, "study.json");
        Assert.Equal(text, TradeoffJson.Text(read));
        Assert.Equal(Document.Networks, read.Networks);
        Assert.Equal(Document.Images[7].Answers, read.Images[7].Answers);
        Assert.StartsWith("{\"schema\":\"dualrs.tradeoff/1\",\"title\":", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_of_before_a_choice_said_its_cost_is_read()
    {
        string text = TradeoffJson.Text(Document);
        Assert.Null(TradeoffJson.Parse(
            text.Replace(",\"samples\":null}", "}", StringComparison.Ordinal), "study.json").Choice!.Samples);
        string told = TradeoffJson.Text(
            Document with { Choice = Document.Choice! with { Samples = 12 } });
        Assert.Equal(12, TradeoffJson.Parse(told, "study.json").Choice!.Samples);
        Assert.Contains("\"samples\":12", told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_may_stand_inside_a_page() =>
        Assert.DoesNotContain(
            "<", TradeoffJson.Text(Document with { Title = "</script><script>alert(1)</script>" }),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"schema":"dualrs.tradeoff/2","title":"t"}""",
        "study.json: its schema is 'dualrs.tradeoff/2', this program reads 'dualrs.tradeoff/1'")]
    [InlineData("""{"title":"t"}""", "study.json: its schema is not named, this program reads 'dualrs.tradeoff/1'")]
    [InlineData("[]", "study.json: its schema is not named, this program reads 'dualrs.tradeoff/1'")]
    public void Another_schema_is_refused_and_the_right_one_named(string json, string message) =>
        Assert.Equal(
            message, Assert.Throws<InvalidDataException>(() => TradeoffJson.Parse(json, "study.json")).Message);

    [Theory]
    [InlineData("idx\tlabel\tpredict")]
    [InlineData("""{"schema":"dualrs.tradeoff/1","title":"t"}""")]
    [InlineData("""{"schema":"dualrs.tradeoff/1","title":null}""")]
    public void What_is_no_document_is_refused_and_the_file_named(string json) => Assert.StartsWith(
        "study.json: this is not a trade-off document: ", Assert.Throws<InvalidDataException>(
            () => TradeoffJson.Parse(json, "study.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_document_that_contradicts_itself_is_refused_and_the_place_named()
    {
        Refused(
            Document with { Radii = [0, 1] }, "systems: 's012' has accuracies at other radii than the document's 2");
        Refused(
            Document with { Systems = [Document.Systems[0], Document.Systems[0]] },
            "systems: 2 are named 's012', accepted are names that differ");
        Refused(
            Document with { Systems = [Document.Systems[0]] },
            "images: image 0 has an answer of system 1, accepted are 0 to 0");
    }

    private static void Refused(TradeoffDocument document, string problem) =>
        Assert.Equal($"a.json: {problem}", Assert.Throws<InvalidDataException>(
            () => TradeoffJson.Parse(TradeoffJson.Text(document), "a.json")).Message);
}
