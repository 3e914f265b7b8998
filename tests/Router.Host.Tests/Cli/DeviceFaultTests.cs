using System.CommandLine;
using System.Runtime.InteropServices;
using Router.Host.Cli;
using Router.Votes;
using Spectre.Console;

namespace Router.Host.Tests.Cli;

public sealed class DeviceFaultTests
{
    private const string OutOfMemory = """
        CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 139 GiB
        Exception raised from malloc at CUDACachingAllocator.cpp:1152 (most recent call first):
        frame #0: c10::Error::Error(c10::SourceLocation, std::string) + 0x57
        """;

    [Fact]
    public async Task What_libtorch_says_is_one_sentence_and_where_memory_is_too_small_it_says_which_option_is_smaller()
    {
        string told = await Told(new ExternalException(OutOfMemory), "--batch");
        Assert.Equal("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 139 GiB; a smaller "
            + "--batch needs less memory", told);
        Assert.EndsWith("; a smaller --router-batch or --expert-batch needs less memory",
            await Told(new ExternalException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 PB"),
                "--router-batch", "--expert-batch"), StringComparison.Ordinal);
        Assert.EndsWith("; a smaller --batch needs less memory", await Told(
            new VoterUnavailableException(new("f"), "the forward pass failed on cuda:0: CUDA out of memory.", null),
            "--batch"), StringComparison.Ordinal);
        Assert.Equal("CUDA error: an illegal memory access was encountered", await Told(
            new ExternalException("CUDA error: an illegal memory access was encountered\nframe #0"), "--batch"));
    }

    [Fact]
    public async Task Another_fault_of_native_code_is_one_of_the_program() => Assert.Contains(
        "this is a fault of the program", await Told(new SEHException("elsewhere")), StringComparison.Ordinal);

    private static async Task<string> Told(Exception fault, params string[] options)
    {
        using StringWriter errors = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(errors), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No,
        });
        console.Profile.Width = 10_000;
        Command command = new("failing", "Fails.");
        foreach (string option in options)
            command.Options.Add(new Option<int>(option));
        command.SetAction(int (_) => throw fault);
        Surroundings surroundings = new(
            console, console, TimeProvider.System, _ => null, Path.GetTempPath(), Path.GetTempPath(),
            () => new byte[32]);
        Assert.Equal(ExitCode.Fault, await CommandRunner.RunAsync(new() { command }, ["failing"], surroundings));
        return errors.ToString().Trim().Replace("dualrs: ", "", StringComparison.Ordinal);
    }
}
