using System.CommandLine;
using System.Runtime.InteropServices;
using Router.Cluster.Silos;
using Router.Engine.LibTorch;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Host.Serving.Hosting;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary><c>dualrs serve</c>: the daemon.</summary>
internal static class ServeCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("serve", "Serves the registry over HTTP (Open Inference Protocol v2) until it is told to stop.");
        TransportOptions.Declare(command);
        PemKeys.SignOption(command);
        command.Option<string?>(
            "--secret",
            "The file of the 32 bytes that noise follows from, drawn and kept there where there is none: whoever has "
            + "it gives the same answers (default: drawn at each start).");
        command.Option<string?>(
            "--keys",
            "Let in only who has a key of this file: a line each with an id, scopes (infer, admin), the key's SHA-256 "
            + "and an allowance (default: everybody).", leads: PathRule.Read("file of keys"));
        command.Option<string?>(
            "--tradeoff", "A document of dualrs tradeoff --json, whose curves the dashboard draws.",
            leads: PathRule.Read("document of a study"));
        command.Repeated<string>(
            "--models",
            "Further folders that the registry's networks may lie in (default: its own folder and the installation's); "
            + "may be given several times.");
        LimitOptions.Declare(command);
        _ = new RegistryOptions(command);
        TelemetryOptions.Declare(command);
        _ = new ClusterOption(command, "Draw the samples on the workers of a cluster, and load no network here");
        ServeSettings settings = new(command);
        // A synchronous action: an asynchronous one is ended some time after a signal (CommandRunner). The host listens
        // for both signals itself and drains.
        command.SetAction(parsed =>
            ServeAsync(settings.Read(parsed, surroundings), surroundings).GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> ServeAsync(
        (DaemonOptions Options, IConfigurationRoot Written) told, Surroundings surroundings)
    {
        DaemonOptions options = told.Options;
        (IReadOnlyList<ListenAddress> addresses, TransportSettings transport) = Named(
            told.Written, TransportOptions.Names, () => TransportOptions.Read(options, surroundings));
        TelemetrySettings? telemetry = Named(
            told.Written, [nameof(options.Otlp)],
            () => TelemetrySettings.Of(options.Otlp, options.TraceShare, surroundings));
        ApiKeyFile? keys = Named(
            told.Written, [nameof(options.Keys)],
            () => options.Keys is null ? null : new ApiKeyFile(surroundings.Resolve(options.Keys)));
        byte[]? study = Named(
            told.Written, [nameof(options.Tradeoff)],
            () => options.Tradeoff is null ? null : ServedStudy.Read(surroundings.Resolve(options.Tradeoff)));
        ClusterSettings? membership = options.Cluster is null ? null : Named(
            told.Written,
            [
                nameof(options.Cluster), nameof(options.Listen), nameof(options.MemberCertificate),
                nameof(options.PeersCa),
            ],
            () => new Membership(options.Cluster, options.Listen, options.MemberCertificate, options.PeersCa)
                .Settings("gateway", surroundings));
        using ServiceNotice service = new(surroundings, Environment.ProcessId);
        await using Daemon daemon = new(
            addresses, options.Limits, surroundings.Clock,
            logging => ConsoleLog.Add(logging, options.Log, told.Written.GetSection("Logging")),
            keys, transport, service, telemetry, study, ProcessEnd.AtOnce);
        await using ServedCluster? cluster =
            membership is null ? null : new(membership, daemon.Log, surroundings.Clock);
        using RegistrySource registry = Named(
            told.Written, [nameof(options.Sign), nameof(options.Secret)],
            () => new RegistrySource(
                options, surroundings, daemon.Log, cluster is null ? null : cluster.OpenAsync));
        // Side by side, since libtorch takes a while; nobody ends the process while it is half loaded.
        Task<string>? library = cluster is null ? Task.Run(NativeTorch.Load) : null;
        await Task.WhenAll(daemon.StartAsync(CancellationToken.None), library ?? Task.CompletedTask);
        if (library is not null) daemon.Log.RunsOn(await library);
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            registry.Changes.Ask("SIGHUP");
        });
        await daemon.ServeAsync(
            registry.OpenAsync, cluster?.Expelled ?? CancellationToken.None, registry.Changes,
            cluster is null ? null
                : stopping => cluster.ArriveAsync(registry.Read, registry.Changes.Ask, stopping));
        return cluster is { Expelled.IsCancellationRequested: true } ? ExitCode.Fault : ExitCode.Done;
    }

    // What was not said on this command line is said to stand where it does.
    private static T Named<T>(IConfigurationRoot written, string[] options, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (BadInputException fault) when (Elsewhere(written, options) is { Length: > 0 } places)
        {
            throw new BadInputException($"{fault.Message} ({places})");
        }
    }

    private static string Elsewhere(IConfigurationRoot written, string[] options) => string.Join(", ",
        from option in options
        let path = ConfigurationPath.Combine(Settings.Section, option)
        where written[path] is not null
        let origin = Settings.Origin(written, path)
        where !origin.StartsWith('-')
        select $"{path} stands in {origin}");
}
