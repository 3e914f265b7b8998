using System.Net;
using Router.Host.Cli;

namespace Router.Host.Serving;

/// <summary>
/// Where the daemon listens. Only addresses are accepted: a web server takes an unknown host name for "every interface", and this one must
/// not leave the machine by a typing error.
/// </summary>
internal static class ListenAddress
{
    /// <summary>The address that is used where none is given.</summary>
    public const string Default = "http://127.0.0.1:8080";

    /// <summary>Reads one or more addresses, separated by semicolons.</summary>
    /// <exception cref="InputFault">One of them is no plain http address.</exception>
    public static IReadOnlyList<IPEndPoint> Parse(string urls)
    {
        string[] written = urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return written.Length > 0 ? [.. written.Select(ParseOne)] : throw Fault(urls);
    }

    private static IPEndPoint ParseOne(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme != Uri.UriSchemeHttp || parsed.PathAndQuery != "/"
            || parsed.UserInfo.Length > 0 || parsed.Fragment.Length > 0)
            throw Fault(url);
        if (parsed.Host == "localhost")
            return new(IPAddress.Loopback, parsed.Port);
        return IPAddress.TryParse(parsed.Host, out IPAddress? address) ? new(address, parsed.Port) : throw Fault(url);
    }

    private static InputFault Fault(string url) => new(
        $"cannot listen at '{url}': accepted are http addresses with an IP address or localhost, for example {Default} or http://[::1]:8080; "
        + "http://0.0.0.0:8080 listens on every interface, port 0 takes a free port");
}
