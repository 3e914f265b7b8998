using System.Collections.Immutable;
using System.CommandLine;
using System.Runtime.InteropServices;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Cluster;

/// <summary><c>dualrs worker</c>: votes for the gateways of a cluster until it is told to stop.</summary>
internal static class WorkerCommand
{
    private const int DrainSeconds = 30;

    public static Command Create(Surroundings surroundings)
    {
        Command command = new("worker", "Votes for the gateways of a cluster, until it is told to stop.");
        ClusterOption cluster = new(command, "The cluster (default: local)");
        Option<string?> expert = command.Option<string?>(
            "--expert", "Offer this expert alone (default: all networks).");
        Option<int> drain = command.Option(
            "--drain-time", "Seconds to finish what it has, once it is told to stop.", DrainSeconds,
            Accepted.AtLeast(0));
        Option<string?> models = command.Option<string?>(
            "--models-from",
            "Where checkpoints come from that the registry names by sha256 and that are not there: a folder, or "
            + $"{ModelFetch.Gateways}, those of the cluster (default: nowhere).");
        RegistryOptions registry = new(command);
        // A synchronous action: an asynchronous one is ended two seconds after a signal, and what it has is lost.
        command.SetAction(parsed => RunAsync(
            cluster.Read(parsed, "worker", surroundings), TimeSpan.FromSeconds(parsed.GetValue(drain)),
            registry.Read(parsed), parsed.GetValue(expert), parsed.GetValue(models), surroundings)
            .GetAwaiter().GetResult());
        return command;
    }

    private static async Task<int> RunAsync(
        ClusterSettings settings, TimeSpan drain, RegistryRequest registry, string? expert, string? models,
        Surroundings surroundings)
    {
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = On(PosixSignal.SIGTERM, told);
        using PosixSignalRegistration interrupt = On(PosixSignal.SIGINT, told);
        if (models is not null)
        {
            using CancellationTokenSource over = new();
            Task<ImmutableDictionary<string, string>> moved =
                new ModelFetch(Deployment.RegistryPath(registry.Path, surroundings), surroundings)
                    .BringAsync(models, settings, over.Token);
            if (await Task.WhenAny(moved, told.Task) != moved)
            {
                await over.CancelAsync();
                await ((Task)moved).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return ExitCode.Done;
            }
            registry = registry with { Moved = await moved };
        }
        using Deployment deployed = await Deployment.OpenAsync(registry, expert, surroundings, CancellationToken.None);
        ImmutableArray<HostedFunction> functions =
        [
            .. deployed.Registry.Networks.Select(network => new HostedFunction(
                new(
                    network.Voter.FunctionId, network.Voter.OutcomeCount, network.ImageShape, network.BatchSize),
                network.Id, network.Config.Sigma, network.Device, 1, network.Voter) { Pass = network.Pass }),
        ];
        await using ClusterHost member = await ClusterHost.JoinAsync(
            settings with { Versions = Versions.Of(deployed).ToImmutableDictionary() }, functions,
            CancellationToken.None);
        surroundings.Error.MarkupLine(Markup.Escape(
            $"{settings.Name} votes in the cluster at {settings.Address}: {string.Join(", ", functions.Select(
                function => $"{function.Network} on {function.Device}"))}"));
        if (await Task.WhenAny(told.Task, member.Directory.Expelled) != told.Task)
        {
            surroundings.Say("the other members declared this worker dead: start it again");
            return ExitCode.Fault;
        }
        surroundings.Error.MarkupLine("[grey]told to stop: finishing what is here[/]");
        await member.DrainAsync(drain);
        return ExitCode.Done;
    }

    private static PosixSignalRegistration On(PosixSignal signal, TaskCompletionSource told) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            told.TrySetResult();
        });
}
