using System.CommandLine;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Router.Engine.LibTorch;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Host.Serving.Http;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary><c>dualrs serve</c>: the daemon.</summary>
internal static class ServeCommand
{
    // How soon a changed registry is seen: two looks.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("serve", "Serves the registry over HTTP (Open Inference Protocol v2) until it is told to stop.");
        TransportOptions transport = new(command);
        Option<string?> sign = PemKeys.SignOption(command);
        Option<string?> keys = command.Option<string?>(
            "--keys",
            "Let in only who has a key of this file: a line each with an id, scopes (infer, admin), the key's SHA-256 "
            + "and an allowance (default: everybody).");
        Option<string?> study = command.Option<string?>(
            "--tradeoff", "A document of dualrs tradeoff --json, whose curves the dashboard draws.");
        Option<string[]> models = command.Repeated<string>(
            "--models",
            "Further folders that the registry's networks may lie in (default: its own folder and the installation's); "
            + "may be given several times.");
        LimitOptions limits = new(command);
        RegistryOptions registry = new(command);
        TelemetryOptions telemetry = new(command);
        // A synchronous action: System.CommandLine gives an asynchronous one two seconds after a signal and then ends
        // the process. The host listens for both signals itself and drains.
        command.SetAction(parsed => ServeAsync(
            transport.Read(parsed, surroundings), limits.Read(parsed),
            Within(registry.Read(parsed), parsed.GetValue(models)!, surroundings), telemetry.Read(parsed, surroundings),
            parsed.GetValue(sign), parsed.GetValue(keys), parsed.GetValue(study), surroundings).GetAwaiter()
                .GetResult());
        return command;
    }

    // A registry that is read while the daemon runs may be written by somebody who has no say in the rest of the
    // machine.
    private static RegistryRequest Within(RegistryRequest registry, string[] models, Surroundings surroundings)
    {
        string path = Deployment.RegistryPath(registry.Path, surroundings);
        return registry with
        {
            Folders = new(
                [Path.GetDirectoryName(Path.GetFullPath(path))!, .. surroundings.InstallationFolder is { } home ? [home]
                : Array.Empty<string>(), .. models.Select(surroundings.Resolve)]),
        };
    }

    private static async Task<int> ServeAsync(
        (IReadOnlyList<ListenAddress> Addresses, TransportSettings Settings) transport, ServingLimits limits,
        RegistryRequest registry,
        (TelemetrySettings? Settings, LogFormat Log) telemetry, string? sign, string? keys, string? study,
        Surroundings surroundings)
    {
        using ECDsa? key = PemKeys.Private(sign, surroundings);
        ApiKeyFile? letIn = keys is null ? null : new(surroundings.Resolve(keys));
        byte[]? shown = study is null ? null : ServedStudy.Read(surroundings.Resolve(study));
        using ServiceNotice service = new(surroundings, Environment.ProcessId);
        await using Daemon daemon = new(
            transport.Addresses, limits, surroundings.Clock, logging => ConsoleLog.Add(logging, telemetry.Log), letIn,
            transport.Settings, service, telemetry.Settings, shown, ProcessEnd.AtOnce);
        await daemon.StartAsync(CancellationToken.None);
        daemon.Log.RunsOn(NativeTorch.Load());
        using RegistryChanges changes =
            new(Deployment.RegistryPath(registry.Path, surroundings), surroundings.Clock, LookEvery);
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            changes.Ask("SIGHUP");
        });
        // One secret for all epochs: the same request to the same functions gets the same answer after a reload too.
        byte[] secret = surroundings.FreshSecret();
        BatchCap batch = new(registry.Batch);
        Surroundings loading = surroundings with { Error = LoggedConsole.Of(daemon.Log) };
        await daemon.ServeAsync(
            async (epoch, stopping) => ServedModel.Of(
                await Deployment.OpenAsync(registry with { Batch = batch.Images }, expert: null, loading, stopping),
                limits, key, surroundings, secret, epoch,
                new(new() { LongestLoad = limits.LoadTime }, surroundings.Clock, daemon.Log, changes.Ask, batch)),
            CancellationToken.None, changes);
        return ExitCode.Done;
    }
}
