using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Console;
using Router.Host.Cli;
using Router.Host.Serving;
using Router.Host.Serving.Access;

namespace Router.Host.Commands.Serve;

/// <summary><c>dualrs serve</c>: the daemon.</summary>
internal static class ServeCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command = new("serve", "Serves the registry over HTTP (Open Inference Protocol v2) until it is told to stop.");
        Option<string> urls = new("--urls")
        {
            Description = "Where to listen: an IP address or localhost, port 0 for a free one.", DefaultValueFactory = _ => ListenAddress.Default,
        };
        Option<string?> sign = PemKeys.SignOption();
        Option<string?> keys = new("--keys")
        {
            Description = "Let in only who has a key of this file: a line each with an id, scopes (infer, admin) and the key's SHA-256 (default: everybody).",
        };
        command.Options.Add(urls);
        command.Options.Add(sign);
        command.Options.Add(keys);
        LimitOptions limits = new(command);
        RegistryOptions registry = new(command);
        // A synchronous action: System.CommandLine gives an asynchronous one two seconds after a signal and then ends the process. The host
        // listens for both signals itself and drains.
        command.SetAction(parsed => ServeAsync(
            ListenAddress.Parse(parsed.GetValue(urls)!), limits.Read(parsed), registry.Read(parsed), parsed.GetValue(sign), parsed.GetValue(keys), surroundings).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> ServeAsync(
        IReadOnlyList<IPEndPoint> addresses, ServingLimits limits, RegistryRequest registry, string? sign, string? keys, Surroundings surroundings)
    {
        using ECDsa? key = PemKeys.Private(sign, surroundings);
        ApiKeyFile? letIn = keys is null ? null : new(surroundings.Resolve(keys));
        await using Daemon daemon = new(addresses, limits, surroundings.Clock, LogToConsole, letIn);
        await daemon.StartAsync(CancellationToken.None);
        await daemon.ServeAsync(
            async stopping => ServedModel.Of(await Workbench.OpenAsync(registry, expert: null, surroundings, stopping), limits, key, surroundings),
            CancellationToken.None);
        return ExitCode.Done;
    }

    private static void LogToConsole(ILoggingBuilder logging) => logging
        .AddFilter("Microsoft", LogLevel.Warning)
        // What these two say of a failed start is told once, as the command's error.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
        .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None)
        .AddFilter("Microsoft.AspNetCore.Server.Kestrel.", LogLevel.Warning)
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
        })
        .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
