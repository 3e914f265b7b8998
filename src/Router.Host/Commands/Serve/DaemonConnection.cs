using System.Net.Http.Headers;
using System.Text.Json;
using Router.Evaluation;

namespace Router.Host.Commands.Serve;

/// <summary>A daemon that a command asks, and what is said where it does not answer.</summary>
internal sealed class DaemonConnection : IDisposable
{
    /// <param name="url">Its base address.</param>
    /// <param name="key">A key; null where it wants none.</param>
    /// <param name="patience">How long an answer may take.</param>
    public DaemonConnection(Uri url, string? key, TimeSpan patience)
    {
        Client = new() { BaseAddress = url, Timeout = patience };
        if (key is not null) Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    /// <summary>Its base address.</summary>
    public Uri Url => Client.BaseAddress!;

    /// <summary>Nobody can be reached there.</summary>
    public BadInputException Unreached(HttpRequestException fault) =>
        new($"nobody answers at {Url}: {fault.Message.TrimEnd('.')}");

    /// <summary>Nobody answers in time.</summary>
    public BadInputException Silent() => new($"nobody answers at {Url} within {Client.Timeout.TotalSeconds} s");

    /// <summary>Whether a fault in reading an answer says that it is no JSON, or other JSON than a daemon's.</summary>
    public static bool IsOtherJson(Exception fault) => fault is JsonException or InvalidOperationException
        or NullReferenceException or ArgumentOutOfRangeException or FormatException or KeyNotFoundException;

    /// <summary>Somebody else answers.</summary>
    public BadInputException Stranger() => new($"what answers at {Url} is no dualrs daemon");

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
