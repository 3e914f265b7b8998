namespace Router.Votes.Noise;

/// <summary>
/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2,
/// 3" (SC 2011): a keyed bijection on 128-bit counters. Nothing is carried from one draw to the next, so any sample can
/// be drawn anywhere, in any order.
/// </summary>
public static class Philox4x32
{
    internal const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    internal const uint KeyStep0 = 0x9E3779B9, KeyStep1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>The four words at one counter.</summary>
    /// <param name="counter">Counter words 0 … 3.</param>
    /// <param name="key">Key word 0 is the low half, key word 1 the high half.</param>
    public static (uint X0, uint X1, uint X2, uint X3) Block((uint C0, uint C1, uint C2, uint C3) counter, ulong key)
    {
        (uint x0, uint x1, uint x2, uint x3) = counter;
        uint key0 = (uint)key, key1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * x0, product1 = (ulong)Multiplier1 * x2;
            (x0, x1, x2, x3) = ((uint)(product1 >> 32) ^ x1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ x3 ^ key1,
                (uint)product0);
            key0 += KeyStep0;
            key1 += KeyStep1;
        }
        return (x0, x1, x2, x3);
    }
}
