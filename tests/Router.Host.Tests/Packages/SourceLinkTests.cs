using Tests;

namespace Router.Host.Tests.Packages;

/// <summary>
/// A link to the sources of a commit makes an assembly another one at each commit of a clone whose host the SDK knows.
/// </summary>
public sealed class SourceLinkTests
{
    [Theory]
    [InlineData("Router.Votes", "false")]
    [InlineData("Router.Engine", "false")]
    [InlineData("Router.Smoothing", "true")]
    public async Task What_function_ids_name_holds_no_link_to_a_commit(string project, string links)
    {
        (int code, string said, _) = await OtherProgram.RunAsync(new(
            "dotnet",
            ["msbuild", Path.Combine(Reference.Root, "src", project), "-nologo", "-getProperty:EnableSourceLink"]));
        Assert.Equal((0, links), (code, said.Trim()));
    }
}
