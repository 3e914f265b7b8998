using System.Collections.Immutable;
using System.Net;
using Router.Evaluation;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// The names under which the daemon answers. A page of another origin can make a browser call a daemon of this machine
/// under a name of its own (DNS rebinding): a daemon that listens on this machine alone therefore answers to this
/// machine's names alone.
/// </summary>
internal sealed class HostNames
{
    private readonly ImmutableHashSet<string>? _names;

    private HostNames(ImmutableHashSet<string>? names) => _names = names;

    /// <summary>Every name.</summary>
    public static HostNames Any { get; } = new(null);

    /// <summary>The names of a daemon.</summary>
    /// <param name="addresses">
    /// Where it listens: all names where one of them is not of this machine alone, unless told.
    /// </param>
    /// <param name="written">Further names with commas, * for all; null for none.</param>
    /// <exception cref="BadInputException">A name is none.</exception>
    public static HostNames Of(IReadOnlyList<ListenAddress> addresses, string? written)
    {
        if (written?.Trim() == "*"
            || (written is null && addresses.Any(address => !IPAddress.IsLoopback(address.Address))))
            return Any;
        string[] further = written?.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        foreach (string name in further)
            if (Uri.CheckHostName(name) == UriHostNameType.Unknown)
                throw new BadInputException($"--hosts: '{name}' is no name of a host: accepted are names and addresses "
                    + $"without scheme and port, with commas, or * for all");
        return new([
            .. further.Select(Normal),
            .. addresses.Select(address => Normal(address.Address.ToString())),
            "localhost", "127.0.0.1", "::1",
        ]);
    }

    /// <summary>Whether a request under this name is answered. One without a name comes from no browser.</summary>
    public bool Accepts(HostString host) => _names is null || !host.HasValue || _names.Contains(Normal(host.Host));

    /// <summary>Answers 421, or goes on.</summary>
    public Task CheckAsync(HttpContext context, RequestDelegate next) => Accepts(context.Request.Host)
        ? next(context)
        : Refusal.Of(
            StatusCodes.Status421MisdirectedRequest,
            $"this server does not answer to the name '{Quoted.Cut(context.Request.Host.Host)}': start it with --hosts "
            + $"and that name, or ask it by one of {string.Join(", ", _names!.Order(StringComparer.Ordinal))}")
            .ExecuteAsync(context);

    private static string Normal(string name) => name.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
}
