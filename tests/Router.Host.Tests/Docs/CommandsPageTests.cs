using System.Reflection;
using System.Text.RegularExpressions;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Docs;

public sealed partial class CommandsPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Reference.Root, "docs", "commands.md"));

    [Fact]
    public void The_page_has_every_exit_code_and_no_other()
    {
        IEnumerable<int> codes = typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(code => (int)code.GetRawConstantValue()!).Distinct().Order();
        Assert.Equal(codes, Rows().Matches(Page).Select(row => int.Parse(row.Groups["code"].Value)));
    }

    [GeneratedRegex(@"^\| (?<code>\d+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();
}
