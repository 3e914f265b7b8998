using Router.Smoothing;

namespace Router.Host.Serving.Resilience;

/// <summary>What kind of fault kept a voter from answering.</summary>
internal static class DeviceFaults
{
    /// <summary>Whether the same draw may work a moment later: memory that is too small stays so, and a pass that hangs holds its device.</summary>
    public static bool MayPass(VoterUnavailableException fault) => fault.InnerException is not TimeoutException && !IsOutOfMemory(fault);

    /// <summary>Whether the batch did not fit the device: libtorch says so in words.</summary>
    public static bool IsOutOfMemory(VoterUnavailableException fault) => fault.InnerException is OutOfMemoryException
        || fault.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || fault.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase);
}
