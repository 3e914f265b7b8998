
namespace Router.Experts.Registry;

/// <summary>How much of a device's memory may be used. Closed: a share of it, or an amount.</summary>
public abstract record MemoryLimit
{
    private MemoryLimit() { }

    /// <summary>In bytes, on a device of <paramref name="totalBytes"/>.</summary>
    public abstract long Of(long totalBytes);

    /// <summary>A share.</summary>
    /// <param name="Part">In (0, 1].</param>
    public sealed record Share(decimal Part) : MemoryLimit
    {
        /// <inheritdoc/>
        public override long Of(long totalBytes) => (long)(totalBytes * Part);
    }

    /// <summary>The same on every device.</summary>
    /// <param name="Bytes">Above 0.</param>
    public sealed record Amount(long Bytes) : MemoryLimit
    {
        /// <inheritdoc/>
        public override long Of(long totalBytes) => Bytes;
    }
}
