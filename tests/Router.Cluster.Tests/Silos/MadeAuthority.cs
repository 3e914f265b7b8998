using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Router.Cluster.Tests.Silos;

/// <summary>An authority that signs members, made for a test.</summary>
internal sealed class MadeAuthority : IDisposable
{
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private byte _serial;

    public MadeAuthority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Certificate = request.CreateSelfSigned(_now.AddDays(-10), _now.AddDays(10));
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>A member's certificate, with its key.</summary>
    /// <param name="name">Whose.</param>
    /// <param name="days">When it ends.</param>
    public X509Certificate2 Certify(string name, int days = 5)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 signed = request.Create(Certificate, _now.AddDays(-8), _now.AddDays(days), [++_serial]);
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose() => Certificate.Dispose();
}
