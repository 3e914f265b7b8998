using System.CommandLine;
using System.CommandLine.Invocation;
using Router.Engine.LibTorch;

namespace Router.Host.Cli;

/// <summary><c>--version</c>: the program, and the libtorch it runs on or why that does not load.</summary>
internal sealed class VersionAction(Surroundings surroundings) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        surroundings.Out.Print(Versions.Program);
        surroundings.Out.Print(LibTorch());
        return ExitCode.Done;
    }

    private static string LibTorch()
    {
        try
        {
            return NativeTorch.Load();
        }
        catch (Exception fault) when (fault is DllNotFoundException or IOException)
        {
            return fault.Message;
        }
    }
}
