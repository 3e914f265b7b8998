using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Router.Votes;

namespace Router.Smoothing;

/// <summary>Who knew the seed before the input was fixed.</summary>
public enum SeedOrigin
{
    /// <summary>
    /// Derived from a secret the caller does not know: the certificate's probability statement holds against the caller
    /// too.
    /// </summary>
    Server,

    /// <summary>
    /// Given by the caller, to repeat a run: no proof to a third party, since a caller may try seeds until one pleases.
    /// </summary>
    Caller,
}

/// <summary>
/// Derives each answer's seed from a secret: HMAC-SHA256(secret; message), where the message is all that is fixed
/// beforehand. So nobody can choose an input, a routing, or which samples count, to fit the noise, and asking twice
/// repeats the answer instead of buying a second try (docs/certificates.md, section 6).
/// </summary>
/// <param name="secret">The secret, or the caller's own seed.</param>
/// <param name="origin">Which of the two it is.</param>
public sealed class SeedSource(byte[] secret, SeedOrigin origin)
{
    /// <summary>
    /// Seeds a caller asked for by number: the same number repeats the same noise on the same input, whatever is asked
    /// of it.
    /// </summary>
    public static SeedSource FromCaller(ulong seed)
    {
        byte[] secret = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(secret, seed);
        return new(secret, SeedOrigin.Caller);
    }

    /// <summary>Who knew the seeds.</summary>
    public SeedOrigin Origin => origin;

    /// <summary>
    /// The seed of one answer. A caller repeats noise to compare classifiers on it: its seed follows from the input
    /// alone.
    /// </summary>
    /// <param name="message">What is fixed beforehand.</param>
    public ulong SeedFor(SeedMessage message) =>
        origin == SeedOrigin.Caller ? SeedForInput(message.InputHash) : Derive(message.Text);

    /// <summary>The seed of an input, from a seed that a caller gave.</summary>
    /// <param name="inputHash"><see cref="GridInput.Hash"/>.</param>
    /// <exception cref="InvalidOperationException">
    /// Seeds come from a secret: whoever has one record could choose everything else by its noise.
    /// </exception>
    public ulong SeedForInput(string inputHash) => origin == SeedOrigin.Caller
        ? Derive(inputHash)
        : throw new InvalidOperationException($"a seed from a secret follows from a whole message: {nameof(SeedFor)}");

    private ulong Derive(string text) =>
        BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));
}
