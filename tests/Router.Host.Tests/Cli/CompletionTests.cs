using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>What shells complete, with the lines that the program prints for them.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Shell _pipe = new();

    public void Dispose() => _pipe.Dispose();

    private async Task<string> Done(params string[] arguments)
    {
        Outcome outcome = await _pipe.RunAsync(arguments);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        return outcome.Out;
    }

    [Theory]
    [InlineData("experts ", "import", "list")]
    [InlineData("exp", "experts", "experts")]
    [InlineData("certify --certificate ", "dual", "exclusion")]
    [InlineData("certify --s", "--skip", "--split")]
    [InlineData("certify ", "cifar10", "shapes10")]
    [InlineData("completion ", "zsh", "fish")]
    public async Task A_line_is_completed_by_commands_options_and_values(string line, string one, string other)
    {
        string[] found = (await Done($"[suggest:{line.Length}]", line)).Split('\n');
        Assert.Contains(one, found);
        Assert.Contains(other, found);
        Assert.DoesNotContain("/h", found);
    }

    [Fact]
    public async Task Another_shell_is_refused()
    {
        Outcome outcome = await _pipe.RunAsync("completion", "csh");
        Assert.Equal((ExitCode.BadInput, ""), (outcome.Code, outcome.Out));
        Assert.Contains("shell is 'csh': accepted are bash, zsh, fish", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_completes_with_the_lines_that_are_printed()
    {
        _pipe.Write("completion", await Done("completion"));
        Assert.Equal("list", await CompletedAsync("bash", """
            source completion
            COMP_LINE="dualrs experts l" COMP_POINT=16
            _dualrs dualrs l experts
            echo "${COMPREPLY[@]}"
            """));
    }

    // A shell of its own on a terminal of its own: the tab key, and then a key that tells what the line is.
    [Theory]
    [InlineData("dualrs experts l", "dualrs experts list ")]
    [InlineData("dualrs completion f", "dualrs completion fish ")]
    [InlineData("dualrs predict note", "dualrs predict note.txt ")]
    public async Task Zsh_completes_with_the_lines_that_are_printed(string line, string completed)
    {
        _pipe.Write("completion", await Done("completion", "zsh"));
        Assert.Equal(completed.Trim(), await CompletedAsync("zsh", $$"""
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell 'autoload -Uz compinit; compinit -u -D; source ./completion'
            zpty -w shell 'told() { print -r -- "$BUFFER" > told; exit }; zle -N told; bindkey "^T" told'
            zpty -w -n shell '{{line}}'$'\t\C-t'
            while zpty -r shell shown; do :; done
            cat told
            """));
    }

    [Theory]
    [InlineData("dualrs experts l", "list")]
    [InlineData("dualrs completion z", "zsh")]
    [InlineData("dualrs predict note", "note.txt")]
    public async Task Fish_completes_with_the_lines_that_are_printed(string line, string completed)
    {
        _pipe.Write("completion", await Done("completion", "fish"));
        Assert.Equal(completed, await CompletedAsync("fish", $"source completion; complete -C '{line}'"));
    }

    // The shell with nothing of the user's, in a folder with one note.
    private async Task<string> CompletedAsync(string shell, string script)
    {
#pragma warning disable RS0030 // a test is its own composition root
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
#pragma warning restore RS0030
        string? found = path.Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, shell)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"{shell} is not installed");
        Directory.CreateDirectory(_pipe.In("bin"));
        Posix.SetMode(_pipe.Write(
            Path.Combine("bin", "dualrs"), $"#!/bin/sh\nexec dotnet {OtherProgram.DualRs} \"$@\"\n"), "755");
        _pipe.Write("note.txt", "");
        _pipe.Write("try", script);
        (_, string told, _) = await OtherProgram.RunAsync(new(found!, ["try"])
        {
            WorkingDirectory = _pipe.Folder,
            Environment =
            {
                ["PATH"] = $"{_pipe.In("bin")}{Path.PathSeparator}{path}", ["HOME"] = _pipe.Folder, ["TERM"] = "dumb",
            },
        });
        return told.TrimEnd();
    }
}
