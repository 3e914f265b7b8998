using Router.Experts.Loading;
using Router.Smoothing;

namespace Router.Host.Serving.Operations;

/// <summary>What kind of fault kept a voter from answering.</summary>
internal static class DeviceFaults
{
    /// <summary>
    /// Whether the same draw may work a moment later: memory that is too small stays so, a pass that hangs holds its device, and a checkpoint that became
    /// another one does not change back.
    /// </summary>
    public static bool MayPass(VoterUnavailableException fault) =>
        fault.InnerException is not (TimeoutException or InvalidDataException) && !IsOutOfMemory(fault) && IsFault(fault);

    /// <summary>Whether anything failed at all: a network that was unloaded on request does what it was told.</summary>
    public static bool IsFault(VoterUnavailableException fault) => fault.InnerException is not ExpertWithdrawnException;

    /// <summary>Whether the batch did not fit the device: libtorch says so in words.</summary>
    public static bool IsOutOfMemory(VoterUnavailableException fault) => fault.InnerException is OutOfMemoryException
        || fault.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || fault.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase);
}
