using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Router.Evaluation;
using Router.Experts.Files;
using Router.Host.Cli;

namespace Router.Host.Serving.Operations;

/// <summary>
/// The daemon's certificate for TLS, from files that are read again whenever they changed: a renewed one serves the
/// next connection. Files that were spoilt meanwhile, or whose halves do not belong together yet, change nothing.
/// </summary>
internal sealed class ServerCertificate
{
    /// <summary>The environment variable that holds the password of a key that has one.</summary>
    public const string PasswordVariable = "DUALRS_CERTIFICATE_PASSWORD";

    private readonly string _file;
    private readonly string? _keyFile, _password;
    private readonly Lock _gate = new();
    private ((DateTime, long), (DateTime, long)) _version;
    private SslStreamCertificateContext _current;

    /// <summary>Reads a certificate.</summary>
    /// <param name="file">PEM, the server's own first, then those that signed it; or PKCS #12 (.pfx, .p12).</param>
    /// <param name="keyFile">The private key as PEM; null where it stands in <paramref name="file"/>.</param>
    /// <param name="password">Of the key, or null.</param>
    /// <exception cref="BadInputException">
    /// They hold no certificate with its key, or the key is open to others.
    /// </exception>
    public ServerCertificate(string file, string? keyFile, string? password)
    {
        (_file, _keyFile, _password) = (file, keyFile, password);
        foreach (string needed in (string[])[file, keyFile ?? file])
            if (!File.Exists(needed))
                throw new BadInputException($"there is no certificate file {needed}");
        _version = Version();
        (SslStreamCertificateContext? read, string? fault) = Read();
        _current = read ?? throw new BadInputException(fault!);
    }

    /// <summary>What a connection that opens now is answered with.</summary>
    /// <param name="log">Told of a new certificate, or where the files cannot be used any more.</param>
    public SslServerAuthenticationOptions Options(ILogger log) => new()
    {
        ServerCertificateContext = Current(log),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    private SslStreamCertificateContext Current(ILogger log)
    {
        lock (_gate)
        {
            ((DateTime, long), (DateTime, long)) version = Version();
            if (version == _version) return _current;
            _version = version;
            (SslStreamCertificateContext? read, string? fault) = Read();
            // The old one is not disposed of: handshakes that began with it go on.
            if (read is null)
                log.CertificateNotRead(fault!);
            else
                log.CertificateRead((_current = read).TargetCertificate.Subject,
                    read.TargetCertificate.NotAfter.ToUniversalTime());
            return _current;
        }
    }

    private ((DateTime, long), (DateTime, long)) Version() =>
        (FileVersion.Of(_file), _keyFile is null ? default : FileVersion.Of(_keyFile));

    private (SslStreamCertificateContext? Read, string? Fault) Read()
    {
        string secret = _keyFile ?? _file;
        if ((RegularFile.Objection(_file) ?? RegularFile.Objection(secret)) is { } objection)
            return (null, objection);
        try
        {
            X509Certificate2Collection all = [];
            X509Certificate2 own;
            if (IsPkcs12)
            {
                all = X509CertificateLoader.LoadPkcs12CollectionFromFile(_file, _password);
                own = all.FirstOrDefault(certificate => certificate.HasPrivateKey)
                    ?? throw new CryptographicException("it holds no private key");
            }
            else
            {
                own = _password is null
                    ? X509Certificate2.CreateFromPemFile(_file, _keyFile)
                    : X509Certificate2.CreateFromEncryptedPemFile(_file, _password, _keyFile);
                all.ImportFromPemFile(_file);
            }
            if (FilePermissions.OfSecret(secret) is { } open)
                return (null, open);
            // Offline: nothing is fetched from whoever signed it; those who did stand in the file.
            X509Certificate2Collection signers = [
                .. all.Where(certificate => certificate.Thumbprint != own.Thumbprint)];
            return (SslStreamCertificateContext.Create(own, signers, offline: true), null);
        }
        catch (Exception fault) when (
            fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, $"{_file}{(_keyFile is null ? "" : $" and {_keyFile}")} hold no certificate with its private "
                + $"key ({fault.Message.TrimEnd('.')}): accepted are PEM "
                + $"files, or one PKCS #12 file (.pfx, .p12); the password of a key that has one stands in "
                + $"{PasswordVariable}");
        }
    }

    private bool IsPkcs12 => Path.GetExtension(_file).ToLowerInvariant() is ".pfx" or ".p12";
}
