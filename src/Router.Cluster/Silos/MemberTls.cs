using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Router.Cluster.Silos;

/// <summary>
/// How members prove to each other that they belong here: each shows a certificate, and each wants one that an
/// authority of its own choice has signed. Whose name is on it does not matter: members have none.
/// </summary>
/// <param name="certificate">What this process shows; with its private key.</param>
/// <param name="authorities">Who signs members.</param>
/// <param name="clock">The time, which certificates must be valid at.</param>
public sealed class MemberTls(
    X509Certificate2 certificate, X509Certificate2Collection authorities, TimeProvider clock)
{
    /// <summary>Whether a certificate is a member's.</summary>
    public bool Accepts(X509Certificate2 shown)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        return chain.Build(shown);
    }

    internal void Configure(ISiloBuilder silo) => silo.UseTls(options =>
    {
        options.LocalCertificate = certificate;
        options.LocalServerCertificateSelector = (_, _) => certificate;
        options.LocalClientCertificateSelector = (_, _, _, _, _) => certificate;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (shown, _, _) => Accepts(shown);
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = "member";
    });
}
