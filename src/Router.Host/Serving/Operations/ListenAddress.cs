using System.Net;
using System.Net.Sockets;
using Router.Evaluation;

namespace Router.Host.Serving.Operations;

/// <summary>
/// Where the daemon listens. Only addresses are accepted: a web server takes an unknown host name for "every
/// interface", and this one must not leave the machine by a typing error.
/// </summary>
/// <param name="Address">The interface.</param>
/// <param name="Port">The port; 0 for a free one.</param>
/// <param name="IsSecure">Whether it speaks TLS.</param>
internal sealed record ListenAddress(IPAddress Address, int Port, bool IsSecure = false)
{
    /// <summary>Whether health and metrics alone are answered there.</summary>
    public bool IsHealth { get; init; }

    /// <summary>Whether gRPC alone is answered there.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>The address that is used where none is given.</summary>
    public const string Default = "http://127.0.0.1:8080";

    /// <summary>The same for a socket.</summary>
    public IPEndPoint EndPoint => new(Address, Port);

    /// <summary>Reads one or more addresses, separated by semicolons.</summary>
    /// <exception cref="BadInputException">One of them is no http or https address.</exception>
    public static IReadOnlyList<ListenAddress> Parse(string urls)
    {
        string[] written = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return written.Length > 0 ? [.. written.Select(ParseOne)] : throw Fault(urls);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsSecure ? "https" : "http")}://{EndPoint}";

    private static ListenAddress ParseOne(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed)
            || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps)
            || parsed.PathAndQuery != "/" || parsed.UserInfo.Length > 0 || parsed.Fragment.Length > 0)
            throw Fault(url);
        IPAddress? address = parsed.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(
            parsed.Host, out IPAddress? written) ? written : null;
        return address is null ? throw Fault(url) : new(address, parsed.Port, parsed.Scheme == Uri.UriSchemeHttps);
    }

    /// <summary>Binds a server's addresses.</summary>
    /// <param name="server">The server.</param>
    /// <param name="option">Where they were named.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="BadInputException">
    /// An address is taken, not of this machine, or not allowed to this user.
    /// </exception>
    public static async Task BindAsync(WebApplication server, string option, CancellationToken cancellationToken)
    {
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            throw new BadInputException(
                $"cannot listen: {fault.Message.TrimEnd('.')}; choose another address with {option}");
        }
    }

    private static BadInputException Fault(string url) => new(
        $"cannot listen at '{url}': accepted are http and https addresses with an IP address or localhost, for example "
        + $"{Default} or https://[::1]:8443; http://0.0.0.0:8080 listens on every interface, port 0 takes a free port");
}
