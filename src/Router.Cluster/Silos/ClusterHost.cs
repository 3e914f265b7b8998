using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Router.Cluster.Dispatch;
using Router.Cluster.Telemetry;

namespace Router.Cluster.Silos;

/// <summary>How a process is a member of a cluster.</summary>
/// <param name="Address">Where members find each other.</param>
/// <param name="Name">Its machine and process, for people.</param>
/// <param name="Clock">The time.</param>
public sealed record ClusterSettings(ClusterAddress Address, string Name, TimeProvider Clock)
{
    /// <summary>The address that other members reach it at; port 0 for any that is free.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>
    /// The machine that it is on, where several addresses are of one: what dies with one dies with all. Empty for the
    /// address.
    /// </summary>
    public string Machine { get; init; } = "";

    /// <summary>What makes its votes, by component.</summary>
    public ImmutableDictionary<string, string> Versions { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The file of a cluster of one machine that has no other.</summary>
    public string LocalFile { get; init; } = "";

    /// <summary>Where its log goes; nowhere unless told.</summary>
    public Action<ILoggingBuilder> Logging { get; init; } = _ => { };

    /// <summary>How ranges are handed out, where it is a gateway.</summary>
    public DispatchOptions Dispatch { get; init; } = new();

    /// <summary>Chooses what is audited, where it is a gateway: nobody else may know it.</summary>
    public required ulong Secret { get; init; }

    /// <summary>
    /// Hears when the cluster is not one any more, or is again: what was, and what is; must not throw.
    /// </summary>
    public Action<MembershipHealth, MembershipHealth> Changed { get; init; } = (_, _) => { };

    /// <summary>
    /// Hears whose certificates were shown and refused, and why, once of each and of a hundred at most; must not throw.
    /// Strangers choose the names on them.
    /// </summary>
    public Action<string> Refused { get; init; } = _ => { };

    /// <summary>Bytes of inputs that it keeps, so that each is sent once.</summary>
    public long KnownInputBytes { get; init; } = KnownInputs.DefaultBytes;

    /// <summary>How often that is looked at.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long members may see each other differently before that is news.</summary>
    public TimeSpan DifferingViews { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How members prove who they are; null where they do not, which is for one machine alone.</summary>
    public MemberTls? Tls { get; init; }

    /// <summary>What is wrong with it; null where nothing is.</summary>
    public string? Objection => IPAddress.IsLoopback(Listen.Address) || Tls is not null ? null
        : $"members on {Listen.Address} would speak in the clear, to anybody: beyond this machine each shows a "
            + "certificate and wants one of the others";
}

/// <summary>A member's name, and what makes its votes.</summary>
/// <param name="Text">Machine and process.</param>
/// <param name="Machine"><see cref="ClusterSettings.Machine"/>.</param>
/// <param name="Versions">By component.</param>
internal sealed record MemberName(string Text, string Machine, ImmutableDictionary<string, string> Versions);

/// <summary>
/// A process's membership of a cluster: a worker that votes, a gateway that asks, or a look at it. Every member runs
/// the same services; who has no functions is asked for nothing.
/// </summary>
public sealed class ClusterHost : IAsyncDisposable
{
    private static readonly TimeSpan LongestLeaving = TimeSpan.FromSeconds(5);

    private readonly IHost _host;
    private readonly RangeWorker _worker;
    private readonly MembershipWatch _watch;
    private readonly ClusterSettings _settings;

    private ClusterHost(IHost host, RangeWorker worker, ClusterSettings settings)
    {
        (_host, _worker, _settings) = (host, worker, settings);
        Directory = host.Services.GetRequiredService<WorkerDirectory>();
        _watch = host.Services.GetRequiredService<MembershipWatch>();
    }

    /// <summary>The workers, and the pools that they are in.</summary>
    public WorkerDirectory Directory { get; }

    /// <summary>Hands checkpoints to members that lack them, and none of those that it handed out before.</summary>
    /// <param name="files">The files, by SHA-256 (64 lower-case hex digits).</param>
    public void HandOut(ImmutableDictionary<string, string> files) =>
        _host.Services.GetRequiredService<HandedOutModels>().Files = files;

    /// <summary>Joins a cluster.</summary>
    /// <param name="settings">How.</param>
    /// <param name="functions">What it votes as; nothing where it only asks.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="ArgumentException">The settings have an objection.</exception>
    /// <exception cref="IOException">Members cannot meet there, in words.</exception>
    public static async Task<ClusterHost> JoinAsync(
        ClusterSettings settings, ImmutableArray<HostedFunction> functions, CancellationToken cancellationToken)
    {
        if (settings.Objection is { } objection) throw new ArgumentException(objection, nameof(settings));
        HostApplicationBuilder builder = new(new HostApplicationBuilderSettings { DisableDefaults = true });
        RangeWorker worker = new(functions, settings.Clock);
        settings.Logging(builder.Logging);
        builder.Services.AddSingleton(worker).AddSingleton(settings)
            .AddSingleton(new MemberName(settings.Name, settings.Machine, settings.Versions))
            .AddSingleton<VoteServices>().AddSingleton<HandedOutModels>()
            .AddSingleton(_ => new KnownInputs(settings.KnownInputBytes))
            .AddSingleton(new MemberViews(settings.Clock, settings.DifferingViews))
            .AddSingleton<MembershipWatch>().AddSingleton<Expulsion>()
            .AddSingleton(services => new WorkerDirectory(
                services.GetRequiredService<IClusterMembershipService>(),
                services.GetRequiredService<ILocalSiloDetails>(), services.GetRequiredService<VoteServices>(),
                services.GetRequiredService<MemberViews>(), worker,
                services.GetRequiredService<Expulsion>(), settings));
        builder.UseOrleans(silo => Configure(silo, settings));
        builder.Services.AddSingleton<IFatalErrorHandler>(services => services.GetRequiredService<Expulsion>());
        IHost host = builder.Build();
        try
        {
            // Whom the others do not let in they declare dead, and Orleans would go on trying for minutes.
            Task started = host.StartAsync(cancellationToken);
            Task<string> expelled = host.Services.GetRequiredService<Expulsion>().Happened;
            if (await Task.WhenAny(started, expelled) == expelled) throw new IOException(await expelled);
            await started;
        }
        catch (Exception fault)
        {
            host.Dispose();
            // However it says that it was given up.
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException(
                $"cannot join the cluster at {settings.Address}: {fault.GetBaseException().Message}", fault);
        }
        ClusterHost joined = new(host, worker, settings);
        joined.Directory.Open();
        joined._watch.Open();
        ClusterMeter.Open(worker);
        return joined;
    }

    /// <summary>Does something for as long as this process is a member.</summary>
    /// <param name="work">What; cancelled where the others declared this process dead.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">They did.</exception>
    public async Task<T> WhileMemberAsync<T>(
        Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<T> done = work(over.Token);
        if (await Task.WhenAny(done, Directory.Expelled) == done) return await done;
        await over.CancelAsync();
        try
        {
            return await done;
        }
        catch (OperationCanceledException stopped) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(
                $"this process is no member of the cluster at {_settings.Address} any more, and what was written stays "
                + $"({await Directory.Expelled})", stopped);
        }
    }

    /// <summary>
    /// Ends a worker without a range lost: gateways are told, what is with it is finished, and then it leaves.
    /// </summary>
    /// <param name="longest">After that time it leaves all the same.</param>
    public async Task DrainAsync(TimeSpan longest)
    {
        long begun = _settings.Clock.GetTimestamp();
        _worker.IsDraining = true;
        // Every gateway has heard of it by then, and asks it no more: not even to be told that there is no room.
        await Task.Delay(2 * WorkerDirectory.AskEvery, _settings.Clock);
        while (_worker.Inside > 0 && _settings.Clock.GetElapsedTime(begun) < longest)
            await Task.Delay(WorkerDirectory.AskEvery / 10, _settings.Clock);
    }

    /// <summary>Leaves the cluster; without a word, where nobody hears that it leaves.</summary>
    public async ValueTask DisposeAsync()
    {
        ClusterMeter.Close(_worker);
        await _watch.DisposeAsync();
        await Directory.DisposeAsync();
        // Where its own entry is lost it tries for minutes to say that it leaves, told to stop or not.
        Task left = LeaveAsync();
        await Task.WhenAny(left, Task.Delay(2 * LongestLeaving, _settings.Clock));
    }

    private async Task LeaveAsync()
    {
        using CancellationTokenSource longest = new(LongestLeaving, _settings.Clock);
        await _host.StopAsync(longest.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _host.Dispose();
    }

    private static void Configure(ISiloBuilder silo, ClusterSettings settings)
    {
        const string Cluster = "dualrs";
        silo.AddGrainService<VoteService>();
        settings.Tls?.Configure(silo, settings.Refused);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (Cluster, Cluster));
        silo.Configure<SiloOptions>(options => options.SiloName = settings.Name);
        // Clients that are no members are not let in.
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = settings.Listen.Address;
            options.SiloPort = settings.Listen.Port > 0 ? settings.Listen.Port : FreePort(settings.Listen.Address);
            options.GatewayPort = 0;
        });
        // A worker that is slow is asked elsewhere meanwhile, and one that hangs is found out by its membership.
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromMinutes(10));
        if (settings.Address is ClusterAddress.Redis(var redis))
            silo.UseRedisClustering(options => options.ConfigurationOptions = redis);
        else if (settings.Address is ClusterAddress.Postgres(var postgres))
            silo.UseAdoNetClustering(
                options => (options.Invariant, options.ConnectionString) = ("Npgsql", postgres.ConnectionString));
        else
        {
            string file = (settings.Address as ClusterAddress.Local)?.File ?? settings.LocalFile;
            silo.Services.AddSingleton<IMembershipTable>(new FileMembershipTable(file, settings.Clock));
        }
    }

    private static int FreePort(IPAddress address)
    {
        using TcpListener free = new(address, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }
}
