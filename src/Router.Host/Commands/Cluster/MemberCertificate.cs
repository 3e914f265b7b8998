using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Cluster;

/// <summary>
/// What a member shows the others, from a file that is read again whenever it changed: members live for longer than
/// their certificates. A file that was spoilt meanwhile changes nothing, and is looked at again.
/// </summary>
internal sealed class MemberCertificate
{
    private readonly string _file;
    private readonly Lock _gate = new();
    private (DateTime, long) _version;
    private X509Certificate2 _current;

    /// <summary>Reads a certificate.</summary>
    /// <param name="file">PEM, of a certificate and its private key.</param>
    /// <exception cref="BadInputException">The key is open to others.</exception>
    /// <exception cref="CryptographicException">It holds none.</exception>
    public MemberCertificate(string file)
    {
        if (FilePermissions.OfSecret(file) is { } open) throw new BadInputException(open);
        (_file, _version) = (file, FileVersion.Of(file));
        _current = X509Certificate2.CreateFromPemFile(file);
    }

    /// <summary>What a connection that opens now is shown. Thread-safe.</summary>
    public X509Certificate2 Current()
    {
        lock (_gate)
        {
            (DateTime, long) version = FileVersion.Of(_file);
            if (version == _version || FilePermissions.OfSecret(_file) is not null) return _current;
            try
            {
                // The old one is not disposed of: handshakes that began with it go on.
                _current = X509Certificate2.CreateFromPemFile(_file);
                _version = version;
            }
            catch (Exception fault) when (
                fault is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Half written, or not its own: the next connection looks again.
            }
            return _current;
        }
    }
}
