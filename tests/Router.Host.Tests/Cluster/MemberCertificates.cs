using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>An authority and a member that it has signed, as PEM files in a folder of their own.</summary>
internal sealed class MemberCertificates : IDisposable
{
    private static readonly DateTimeOffset End = DateTimeOffset.UnixEpoch.AddYears(200);

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs").FullName;

    /// <summary>Makes both.</summary>
    /// <param name="authority">The authority's name.</param>
    public MemberCertificates(string authority)
    {
        using ECDsa root = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest signs = new($"CN={authority}", root, HashAlgorithmName.SHA256);
        signs.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 signer = signs.CreateSelfSigned(DateTimeOffset.UnixEpoch, End);
        using X509Certificate2 member = new CertificateRequest("CN=member", key, HashAlgorithmName.SHA256)
            .Create(signer, DateTimeOffset.UnixEpoch, End, [1]);
        File.WriteAllText(Authority, signer.ExportCertificatePem());
        File.WriteAllText(Member, $"{member.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        Posix.SetMode(Member, "600");
    }

    public string Authority => Path.Combine(_folder, "ca.crt");

    public string Member => Path.Combine(_folder, "member.pem");

    /// <summary>A member of a cluster whose members this authority signs.</summary>
    public string[] Options => ["--member-certificate", Member, "--peers-ca", Authority];

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
