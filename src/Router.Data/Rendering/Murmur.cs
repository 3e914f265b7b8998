namespace Router.Data.Rendering;

/// <summary>The hash behind every rendered picture.</summary>
internal static class Murmur
{
    /// <summary>
    /// The finalizer of MurmurHash3 (Appleby, public domain): a bijection of the 32-bit numbers that spreads
    /// consecutive ones over all bits.
    /// </summary>
    public static uint Mix(uint value)
    {
        uint h = value + 0x9E3779B9;
        h = (h ^ h >> 16) * 0x85EBCA6B;
        h = (h ^ h >> 13) * 0xC2B2AE35;
        return h ^ h >> 16;
    }
}
