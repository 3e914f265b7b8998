using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tests;

namespace Router.Host.Tests.Serving.Transport;

/// <summary>Certificates for 127.0.0.1 that nobody else signed, in a folder of their own.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs").FullName;

    public string Certificate => Path.Combine(_folder, "tls.crt");

    public string Key => Path.Combine(_folder, "tls.key");

    public string Both => Path.Combine(_folder, "both.pfx");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Writes a new one as PEM files and as PKCS #12.</summary>
    public void Write(string name, string? password = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        File.WriteAllText(Key, password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(
                password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllBytes(Both, certificate.Export(X509ContentType.Pkcs12, password));
        foreach (string secret in (string[])[Key, Both]) Posix.SetMode(secret, "600");
    }
}
