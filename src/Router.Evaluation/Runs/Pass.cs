using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Experts.Files;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Evaluation.Runs;

/// <summary>
/// One pass over a data set by every network of a registry: each expert's certificates and counts, and the router's
/// counts, from which any mix can be studied afterwards without a network. The networks draw from the streams they
/// would draw from in the classifier of all, so votes of different networks are independent given the image; in a mix
/// an expert has one role, so the samples of its own certificate serve where it is a peer as well.
/// </summary>
public sealed class Pass : IDisposable
{
    private readonly PassTerms _terms;
    private readonly IReadOnlyList<DevicePass> _devices;
    private readonly IReadOnlyList<FileLock> _locks;
    private int _done;

    private Pass(PassTerms terms, IReadOnlyList<DevicePass> devices, IReadOnlyList<FileLock> locks)
    {
        (_terms, _devices, _locks) = (terms, devices, locks);
        (Planned, _done) = (terms.Indices.Count() * terms.Networks.Length, devices.Sum(device => device.Done));
    }

    /// <summary>How much there is to do: images times networks.</summary>
    public int Planned { get; }

    /// <summary>How much of it is done, images that are passed over included.</summary>
    public int Done => _done;

    /// <summary>Begins a pass, or continues the one that is there.</summary>
    /// <param name="folder">Its folder; made where it is missing.</param>
    /// <param name="terms">What it is about.</param>
    /// <param name="members">The networks of the terms.</param>
    /// <param name="plan">The plan of an expert's certificate; the router draws all n of its own.</param>
    /// <param name="seeds">
    /// Where the noise comes from: asked once nobody else writes the pass, and told whether it goes on.
    /// </param>
    /// <param name="clock">Times each certificate.</param>
    /// <exception cref="FileInUseException">Another run writes the pass, or a file of it.</exception>
    /// <exception cref="BadInputException">
    /// There is a pass of other terms, a file of which nothing says what it is about, or one that is not what it should
    /// be.
    /// </exception>
    public static Pass Open(
        string folder, PassTerms terms, IReadOnlyList<PassMember> members, CertificationPlan plan,
        Func<bool, SeedSource> seeds, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        List<FileLock> locks = [];
        List<INetworkFiles> opened = [];
        try
        {
            string described = Path.Combine(folder, PassTerms.FileName);
            foreach (string file in members.Select(member => FileOf(folder, member)).Prepend(described))
                locks.Add(FileLock.Take(file));
            bool goesOn = PassTerms.FileIn(folder).Exists;
            Claim(folder, terms, members);
            return new(terms, OpenDevices(folder, members, plan, seeds(goesOn), clock, opened), locks);
        }
        catch
        {
            foreach (IDisposable held in opened.Concat<IDisposable>(locks)) held.Dispose();
            throw;
        }
    }

    /// <summary>The log of an expert of a pass.</summary>
    public static string LogOf(string folder, string expert) => Path.Combine(folder, expert + ".tsv");

    /// <summary>The router's counts of a pass.</summary>
    public static string RouterCountsOf(string folder) =>
        Path.Combine(folder, CountsLogWriter.PathFor(RecordStages.Router));

    private static string FileOf(string folder, PassMember member) =>
        member.Route is null ? RouterCountsOf(folder) : LogOf(folder, member.Id);

    // Writes the terms into a new folder, or compares with those that are there.
    private static void Claim(string folder, PassTerms terms, IReadOnlyList<PassMember> members)
    {
        TermsFile<PassTerms> file = PassTerms.FileIn(folder);
        if (!file.Exists && members.Select(member => FileOf(folder, member)).FirstOrDefault(File.Exists) is { } stray)
            throw new BadInputException(
                stray, $"it is there without {PassTerms.FileName}, which would say what it is about: "
                + "choose another folder");
        file.Claim(terms);
    }

    private static List<DevicePass> OpenDevices(
        string folder, IReadOnlyList<PassMember> members, CertificationPlan plan, SeedSource seeds, TimeProvider clock,
        List<INetworkFiles> opened)
    {
        List<DevicePass> devices = [];
        foreach (IGrouping<string, PassMember> device in members.GroupBy(member => member.Device))
        {
            SharedClock shared = new(clock);
            List<INetworkFiles> networks = [];
            foreach (PassMember member in device)
            {
                networks.Add(member.Route is null
                    ? new RouterFile(folder, member, plan, seeds)
                    : new ExpertFiles(folder, member, plan, seeds, shared));
                opened.Add(networks[^1]);
            }
            devices.Add(new(networks, shared));
        }
        return devices;
    }

    /// <summary>Does what is missing; what it writes does not depend on how many are under way at once.</summary>
    /// <param name="data">The data set of the terms.</param>
    /// <param name="inFlight">Certificates under way at once on each device, ≥ 1.</param>
    /// <param name="progress">Told how much is done, from the beginning.</param>
    /// <param name="passedOver">Receives the images that it goes on without.</param>
    /// <param name="cancellationToken">Stops; what is written stays.</param>
    public async Task RunAsync(
        DataSet data, int inFlight, IProgress<int>? progress, PassedOver passedOver,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inFlight, 1);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(_devices.Select(RunDeviceAsync));

        // Where one device cannot go on the others stop too: the message comes at once, not hours later.
        async Task RunDeviceAsync(DevicePass device)
        {
            try
            {
                await device.RunAsync(_terms.Indices, data, passedOver, inFlight, CountOne, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }

        void CountOne()
        {
            int done = Interlocked.Increment(ref _done);
            progress?.Report(done);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (DevicePass device in _devices) device.Dispose();
        foreach (FileLock held in _locks) held.Dispose();
    }
}
