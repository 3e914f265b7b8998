using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Router.Smoothing;

/// <summary>Who knew the seed before the input was fixed.</summary>
public enum SeedOrigin
{
    /// <summary>Derived from a secret the caller does not know: the certificate's probability statement holds against the caller too.</summary>
    Server,

    /// <summary>Given by the caller, to repeat a run: no proof to a third party, since a caller may try seeds until one pleases.</summary>
    Caller,
}

/// <summary>
/// Derives each certificate's seed from a secret: HMAC-SHA256(secret; input, functions, α ledger, counts), so that nobody can choose an input, or which
/// samples count, to fit the noise, and asking twice repeats the answer instead of buying a second try (docs/certificates.md, section 6).
/// </summary>
/// <param name="secret">The secret, or the caller's own seed.</param>
/// <param name="origin">Which of the two it is.</param>
public sealed class SeedSource(byte[] secret, SeedOrigin origin)
{
    /// <summary>Seeds a caller asked for by number: the same number repeats the same noise on the same input, whatever the functions and the ledger.</summary>
    public static SeedSource FromCaller(ulong seed)
    {
        byte[] secret = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(secret, seed);
        return new(secret, SeedOrigin.Caller);
    }

    /// <summary>Who knew the seeds.</summary>
    public SeedOrigin Origin => origin;

    /// <summary>The seed of the certificate of one input by these functions under this ledger.</summary>
    /// <param name="input">The input x.</param>
    /// <param name="functions">The functions that vote.</param>
    /// <param name="ledger">The split of α.</param>
    /// <param name="counts">Which samples count, in words: <see cref="Sampling.SamplingPlan.Registered"/>; empty where nobody may choose.</param>
    public ulong SeedFor(GridInput input, IEnumerable<FunctionId> functions, AlphaLedger ledger, string counts = "") =>
        SeedForHash(input.Hash, functions, ledger, counts);

    /// <summary>The same, where the input is known by its hash alone.</summary>
    /// <param name="inputHash"><see cref="GridInput.Hash"/>.</param>
    /// <param name="functions">The functions that vote.</param>
    /// <param name="ledger">The split of α.</param>
    /// <param name="counts">Which samples count, in words; empty where nobody may choose.</param>
    public ulong SeedForHash(string inputHash, IEnumerable<FunctionId> functions, AlphaLedger ledger, string counts = "")
    {
        // A caller repeats noise to compare functions on it: its seed leaves them out.
        string message = origin == SeedOrigin.Caller ? inputHash : $"{inputHash}\n{string.Join(",", functions)}\n{ledger}{(counts.Length == 0 ? "" : $"\n{counts}")}";
        return BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(message)));
    }
}
