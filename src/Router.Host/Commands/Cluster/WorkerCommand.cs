using System.Collections.Immutable;
using System.CommandLine;
using System.Runtime.InteropServices;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Host.Commands.Serve;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Cluster;

/// <summary><c>dualrs worker</c>: votes for the gateways of a cluster until it is told to stop.</summary>
internal static class WorkerCommand
{
    private const int DrainSeconds = 30;

    public static Command Create(Surroundings surroundings)
    {
        Command command = new("worker", "Votes for the gateways of a cluster, until it is told to stop.");
        ClusterOption cluster = new(command, "The cluster (default: local)");
        Option<string?> experts = command.Option<string?>(
            "--experts", "Offer these alone, separated by commas; the router goes by its id (default: all networks).");
        Option<string?> device = command.Option<string?>(
            "--device", "Where its networks are: cpu, or cuda:N (default: the devices of the registry).",
            Accepted.Device);
        Option<string> machine = command.Option(
            "--machine",
            "The machine that it is on, where several addresses are of one; by default the machine is the address.",
            "");
        Option<int> drain = command.Option(
            "--drain-time", "Seconds to finish what it has, once it is told to stop.", DrainSeconds,
            Accepted.AtLeast(0));
        Option<string?> models = command.Option<string?>(
            "--models-from",
            "Where checkpoints come from that the registry names by sha256 and that are not there: a folder, or "
            + $"{ModelFetch.Gateways}, those of the cluster (default: nowhere).");
        Option<string?> health = command.Option<string?>(
            "--health-urls",
            "Where health and metrics are answered, and nothing else: http, an IP address or localhost, port 0 for a "
            + "free one (default: nowhere).");
        Option<string?> collector = TelemetryOptions.Collector(command);
        Option<LogFormat> log = TelemetryOptions.Log(command);
        RegistryOptions registry = new(command);
        // A synchronous action: an asynchronous one is ended some time after a signal, and what it has is lost.
        command.SetAction(parsed => RunAsync(
            cluster.Read(parsed, "worker", surroundings) with { Machine = parsed.GetValue(machine)! },
            TimeSpan.FromSeconds(parsed.GetValue(drain)),
            RequestOf(registry.Read(parsed), parsed.GetValue(experts), parsed.GetValue(device)),
            parsed.GetValue(models),
            () => new(
                AddressesOf(parsed.GetValue(health)),
                TelemetrySettings.Of(parsed.GetValue(collector), share: 1, surroundings),
                logging => ConsoleLog.Add(logging, parsed.GetValue(log), new ConfigurationManager()),
                surroundings.Clock),
            surroundings)
            .GetAwaiter().GetResult());
        return command;
    }

    private static RegistryRequest RequestOf(RegistryRequest registry, string? experts, string? device)
    {
        if (device is not null) DeviceOption.Check(device);
        string[]? only = experts is null ? null : MixOption.IdsOf(experts);
        if (only is []) throw new BadInputException(
            "--experts names none: accepted are ids of the registry, with commas");
        return registry with { Only = only, Device = device == "cuda" ? "cuda:0" : device };
    }

    private static IReadOnlyList<ListenAddress> AddressesOf(string? health)
    {
        IReadOnlyList<ListenAddress> addresses = health is null ? [] : ListenAddress.Parse(health);
        return addresses.FirstOrDefault(address => address.IsSecure) is not { } secure ? addresses
            : throw new BadInputException($"--health-urls is {secure}: a worker answers by http there");
    }

    private static async Task<int> RunAsync(
        ClusterSettings settings, TimeSpan drain, RegistryRequest registry, string? models,
        Func<WorkerEndpoint> endpoint, Surroundings surroundings)
    {
        using CancellationTokenSource told = new();
        using PosixSignalRegistration terminate = On(PosixSignal.SIGTERM, told);
        using PosixSignalRegistration interrupt = On(PosixSignal.SIGINT, told);
        await using WorkerEndpoint self = endpoint();
        await self.StartAsync();
        try
        {
            return await VoteAsync(settings, drain, registry, models, self, surroundings, told.Token);
        }
        catch (OperationCanceledException) when (told.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    // Until it is told to stop, the others declare it dead, or a network of it does not answer any more.
    private static async Task<int> VoteAsync(
        ClusterSettings settings, TimeSpan drain, RegistryRequest registry, string? models,
        WorkerEndpoint self, Surroundings surroundings, CancellationToken told)
    {
        settings = settings.ToldTo(self.Log);
        using ServiceNotice service = new(surroundings, Environment.ProcessId);
        if (models is not null)
            registry = registry with
            {
                Moved = await new ModelFetch(
                    Deployment.RegistryPath(registry.Path, surroundings), registry.Only, surroundings)
                    .BringAsync(models, settings, told),
            };
        using Deployment deployed = await Deployment.OpenAsync(
            registry, expert: null, surroundings with { Error = LoggedConsole.Of(self.Log) }, told);
        TaskCompletionSource<string> broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Where a batch does not fit, a smaller one would be another function: capped at 1, nothing smaller is tried.
        Resilience resilience = new(
            new(), surroundings.Clock, self.Log, why => broken.TrySetResult(why), new BatchCap(asked: 1));
        ImmutableArray<HostedFunction> functions =
        [
            .. deployed.Registry.Networks.Select(network => new HostedFunction(
                new(
                    network.Voter.FunctionId, network.Voter.OutcomeCount, network.ImageShape, network.BatchSize),
                network.Id, network.Config.Sigma, network.Device, 1, resilience.Of(network))
            {
                Pass = network.Pass, Properties = network.Properties.ToImmutableDictionary(),
            }),
        ];
        await using ClusterHost member = await ClusterHost.JoinAsync(
            settings with { Versions = Versions.Of(deployed).ToImmutableDictionary() }, functions, told);
        self.Log.Votes(settings.Name, $"{settings.Address}", string.Join(
            ", ", functions.Select(function => $"{function.Network} on {function.Device}")));
        self.IsReady = true;
        service.Ready($"votes in the cluster at {settings.Address}");
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, told), member.Directory.Expelled, broken.Task);
        self.IsReady = false;
        if (!told.IsCancellationRequested)
        {
            if (!broken.Task.IsCompleted)
            {
                self.Log.Expelled(await member.Directory.Expelled);
                return ExitCode.Fault;
            }
            self.Log.Broken(await broken.Task);
            // Its device may never come back, and nobody waits for it.
            await member.DisposeAsync();
            ProcessEnd.AtOnce(ExitCode.Fault);
        }
        self.Log.Leaving(drain.TotalSeconds);
        service.Stopping(drain);
        await member.DrainAsync(drain);
        return ExitCode.Done;
    }

    private static PosixSignalRegistration On(PosixSignal signal, CancellationTokenSource told) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            try
            {
                told.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It is at its end already.
            }
        });
}
