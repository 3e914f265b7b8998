using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Reports;

public sealed partial class HtmlReportTests
{
    private const string Hostile = "</script><script>window.hacked = 1</script>{{scripts}}";

    private static string Written(TradeoffDocument document, ReportImages? images = null)
    {
        using StringWriter writer = new();
        HtmlReport.Write(document, writer, images);
        return writer.ToString();
    }

    [Fact]
    public void The_policy_forbids_the_network_and_lets_run_exactly_the_scripts_that_the_page_holds()
    {
        string page = Written(SyntheticStudy.Create(20));
        string policy = Policy().Match(page).Groups["policy"].Value;
        string[] hashes = [.. Scripts().Matches(page)
            .Select(script => SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups["text"].Value)))
            .Select(hash => $"'sha256-{Convert.ToBase64String(hash)}'")];
        Assert.Equal($"default-src 'none'; script-src {string.Join(' ', hashes)}; style-src 'unsafe-inline'; img-src "
            + $"data: blob:; base-uri 'none'; form-action 'none'", policy);
        Assert.Equal(9, hashes.Length);
    }

    [Fact]
    public void Nothing_on_the_page_is_fetched_from_elsewhere()
    {
        string page = Scripts().Replace(Written(SyntheticStudy.Create(20)), "");
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("""(?i)\s(src|href|action)\s*=(?!"#)""", page);
        Assert.DoesNotMatch("(?i)@import|url\\(|<link|<iframe", page);
    }

    [Fact]
    public void Names_and_paths_stay_text_whatever_they_hold()
    {
        string page =
            Written(SyntheticStudy.Create(20, sourcePath: Hostile) with { Title = Hostile, Caveats = [Hostile] });
        Assert.DoesNotContain("<script>window", page, StringComparison.Ordinal);
        Assert.Contains($"<title>{WebUtility.HtmlEncode(Hostile)}</title>", page, StringComparison.Ordinal);
        Assert.Equal(9, Scripts().Count(page));
    }

    [Fact]
    public void The_page_holds_the_document_as_it_is_written_to_files()
    {
        TradeoffDocument document = SyntheticStudy.Create(20);
        Assert.Contains(
            $"""<script type="application/json" id="document">{TradeoffJson.Text(document)}</script>""",
            Written(document), StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_without_images_choice_or_systems_is_reported_too()
    {
        TradeoffDocument document = SyntheticStudy.Create(20) with { Images = [], Choice = null };
        Assert.Contains("\"name\":\"curves\"", Written(document), StringComparison.Ordinal);
        Assert.Contains("id=\"chart-data\">[]<", Written(document with { Systems = [] }), StringComparison.Ordinal);
    }

    [GeneratedRegex("<meta http-equiv=\"Content-Security-Policy\" content=\"(?<policy>[^\"]*)\">",
        RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Policy();

    [GeneratedRegex("<script>(?<text>.*?)</script>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Scripts();
}
