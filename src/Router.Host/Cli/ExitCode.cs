
namespace Router.Host.Cli;

/// <summary>What the process answers its shell.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A fault of the program or the machine.</summary>
    public const int Fault = 1;

    /// <summary>A daemon that was asked is not ready.</summary>
    public const int NotReady = 1;

    /// <summary>Bad input.</summary>
    public const int BadInput = 2;

    /// <summary>A certificate record does not hold, is not signed as asked, or does not replay.</summary>
    public const int DoesNotHold = 3;

    /// <summary>A daemon that was told to stop had something that hangs, and ended all the same.</summary>
    public const int Hung = 4;

    /// <summary>Interrupted; what was written stays.</summary>
    public const int Interrupted = 130;
}
