using System.Security.Cryptography;
using System.Text.Json;

namespace Router.Smoothing.Records;

/// <summary>
/// Who vouches that the counts of a record were counted: ECDSA on P-256 with SHA-256 over <see cref="CanonicalBytes"/>.
/// A key is named by the SHA-256 of its public half (DER SubjectPublicKeyInfo) in lower-case hex. Keys are given, never
/// looked up.
/// </summary>
public static class RecordSignature
{
    /// <summary>The only algorithm. The value is r and s, 32 bytes each, big-endian, as Base64.</summary>
    public const string Algorithm = "ecdsa-p256-sha256";

    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>
    /// What is signed: the record without its signature member, in the canonical form of RFC 8785, UTF-8.
    /// </summary>
    public static byte[] CanonicalBytes(CertificateRecord record) =>
        CanonicalJson.Of(JsonSerializer.SerializeToElement(record with { Signature = null }, RecordJson.Options));

    /// <summary>The id of a key.</summary>
    public static string KeyId(ECDsa key) =>
        Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>The record, signed; an earlier signature is replaced.</summary>
    /// <param name="record">What is vouched for.</param>
    /// <param name="privateKey">A private key on P-256.</param>
    /// <exception cref="ArgumentException">The key is on another curve.</exception>
    public static CertificateRecord Sign(CertificateRecord record, ECDsa privateKey)
    {
        if (!IsP256(privateKey))
            throw new ArgumentException(
                $"records are signed with keys on P-256, got one of {privateKey.KeySize} bits", nameof(privateKey));
        byte[] signature = privateKey.SignData(
            CanonicalBytes(record), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return record with { Signature = new(Algorithm, KeyId(privateKey), Convert.ToBase64String(signature)) };
    }

    /// <summary>Whether the record's signature is this key's over these contents.</summary>
    internal static bool Fits(CertificateRecord record, ECDsa publicKey)
    {
        byte[] signature = new byte[64];
        return record.Signature is { } signed && IsP256(publicKey)
            && Convert.TryFromBase64String(signed.Value, signature, out int length) && length == signature.Length
            && publicKey.VerifyData(CanonicalBytes(record), signature, HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Whether a key is on the one curve that records are signed on, P-256.</summary>
    public static bool IsP256(ECDsa key)
    {
        ECCurve curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed && (curve.Oid.Value == P256 || curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256");
    }
}
