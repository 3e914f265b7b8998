using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Router.Cluster.Silos;

/// <summary>
/// How members prove to each other that they belong here: each shows a certificate, and each wants one that an
/// authority of its own choice has signed. Whose name is on it does not matter: members have none.
/// </summary>
/// <param name="certificate">What this process shows from now on; with its private key.</param>
/// <param name="authorities">Who signs members.</param>
/// <param name="clock">The time, which certificates must be valid at.</param>
public sealed class MemberTls(
    Func<X509Certificate2> certificate, X509Certificate2Collection authorities, TimeProvider clock)
{
    // Whoever comes with ever new ones does not fill the log.
    private const int MostTold = 100;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <summary>Whose a certificate is, who signed it, and why it is no member's; null where it is one's.</summary>
    public string? Objection(X509Certificate2 shown)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        return chain.Build(shown) ? null
            : $"{shown.Subject}, signed by {shown.Issuer}: "
                + string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
    }

    /// <summary>Members of a silo show certificates.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="refused"><see cref="ClusterSettings.Refused"/>.</param>
    internal void Configure(ISiloBuilder silo, Action<string> refused) => silo.UseTls(options =>
    {
        options.LocalCertificate = certificate();
        options.LocalServerCertificateSelector = (_, _) => certificate();
        options.LocalClientCertificateSelector = (_, _, _, _, _) => certificate();
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (shown, _, _) => IsMembers(shown, refused);
        options.OnAuthenticateAsClient = (_, client) => client.TargetHost = "member";
    });

    // Members go on trying to reach each other: the same certificate comes again and again.
    private bool IsMembers(X509Certificate2 shown, Action<string> refused)
    {
        if (Objection(shown) is not { } objection) return true;
        if (_told.Count < MostTold && _told.TryAdd(shown.Thumbprint, true)) refused(objection);
        return false;
    }
}
