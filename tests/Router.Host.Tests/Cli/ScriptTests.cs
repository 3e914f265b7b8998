using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>The entry script, in a folder of its own, with a dotnet that only says what it would do.</summary>
public sealed class ScriptTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-script-");

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(int Code, string Out, string Error)> Run(string build, params string[] arguments)
    {
        string dotnet = $$"""
            #!/usr/bin/env bash
            case $1 in
              --version) echo 10.0.100 ;;
              build) {{build}} ;;
              *) shift; echo "ran $*" ;;
            esac
            """;
        string script = Path.Combine(_folder.FullName, "dualrs");
        File.Copy(Path.Combine(Reference.Root, "dualrs"), script, overwrite: true);
        const string AsDotnet = """
            printf '%s\n' "$DOTNET" >"$PROGRAMS/dotnet" && chmod +x "$PROGRAMS/dotnet"
            PATH=$PROGRAMS:$PATH exec bash "$@"
            """;
        string[] run = ["-c", AsDotnet, "bash", script, .. arguments];
        return await OtherProgram.RunAsync(new("bash", run)
        {
            Environment =
            {
                ["DOTNET"] = dotnet, ["PROGRAMS"] = _folder.CreateSubdirectory("programs").FullName,
            },
        });
    }

    [Fact]
    public async Task The_first_build_has_a_line_for_each_step()
    {
        (int code, string output, string error) = await Run("""
            printf '  %s\n' 'Determining projects to restore...' 'Restored /x/Router.Votes.csproj (in 2 sec).' \
              'Router.Votes -> /x/Router.Votes.dll' 'Router.Host -> /x/dualrs.dll'
            """, "data", "info");
        Assert.Equal((0, "ran data info\n"), (code, output));
        string[] lines = error.Split('\n');
        Assert.Equal(
            [
                "building; a line for each step, everything in artifacts/build.log",
                "  packages: libtorch is large, at first this takes minutes", "  Router.Votes", "  Router.Host",
            ],
            lines[..4]);
        Assert.Matches("^  built in [0-9]+ s$", lines[4]);
        Assert.Equal("", Assert.Single(lines[5..]));
    }

    [Fact]
    public async Task A_build_that_fails_says_why_and_nothing_is_run()
    {
        (int code, string output, string error) = await Run(
            "printf '%s\\n' '/x/A.cs(1,1): error CS0000: it does not compile'; exit 1", "demo");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("error CS0000: it does not compile\n", error, StringComparison.Ordinal);
        Assert.EndsWith("dualrs: the build failed; its output is in artifacts/build.log\n", error,
            StringComparison.Ordinal);
    }
}
