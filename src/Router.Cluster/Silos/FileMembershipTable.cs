using System.Net.Sockets;
using System.Text.Json;

namespace Router.Cluster.Silos;

/// <summary>
/// Who is in the cluster of one machine, in a file that its processes share: no server is needed, and none of them
/// takes the cluster along when it dies.
/// </summary>
/// <param name="file">The file; made where it is not there.</param>
/// <param name="clock">Waits for others to be done with it.</param>
internal sealed class FileMembershipTable(string file, TimeProvider clock) : IMembershipTable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10), Silence = TimeSpan.FromSeconds(2);

    private sealed record Row(
        string Silo, SiloStatus Status, string HostName, string SiloName, DateTime StartTime, DateTime IAmAliveTime,
        List<Suspicion> Suspicions, int ETag);

    private sealed record Suspicion(string By, DateTime At);

    private sealed record Table(int Version, List<Row> Rows);

    /// <inheritdoc/>
    /// <remarks>Who does not listen any more is dead: a machine that was switched off left everybody active.</remarks>
    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Table before = await ChangeAsync(table => table);
        HashSet<string> gone = [];
        foreach (Row row in before.Rows.Where(row => row.Status != SiloStatus.Dead))
            if (!await ListensAsync(SiloAddress.FromParsableString(row.Silo))) gone.Add(row.Silo);
        if (gone.Count == 0) return;
        await ChangeAsync(table => new(table.Version + 1, [.. table.Rows.Select(row => gone.Contains(row.Silo)
            ? row with { Status = SiloStatus.Dead, ETag = row.ETag + 1 } : row)]));
    }

    /// <inheritdoc/>
    public Task DeleteMembershipTableEntries(string clusterId)
    {
        File.Delete(file);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => ChangeAsync(table => table with
    {
        Rows = [.. table.Rows.Where(
            row => row.Status != SiloStatus.Dead || row.IAmAliveTime >= beforeDate.UtcDateTime)],
    });

    /// <inheritdoc/>
    public async Task<MembershipTableData> ReadRow(SiloAddress key)
    {
        Table table = await ChangeAsync(table => table);
        return Read(table with { Rows = [.. table.Rows.Where(row => row.Silo == key.ToParsableString())] });
    }

    /// <inheritdoc/>
    public async Task<MembershipTableData> ReadAll() => Read(await ChangeAsync(table => table));

    /// <inheritdoc/>
    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion)
    {
        bool done = false;
        await ChangeAsync(table =>
        {
            done = table.Version == tableVersion.Version - 1
                && table.Rows.TrueForAll(row => row.Silo != entry.SiloAddress.ToParsableString());
            return done ? new(table.Version + 1, [.. table.Rows, RowOf(entry, 1)]) : table;
        });
        return done;
    }

    /// <inheritdoc/>
    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion)
    {
        bool done = false;
        await ChangeAsync(table =>
        {
            int at = table.Rows.FindIndex(row => row.Silo == entry.SiloAddress.ToParsableString());
            done = table.Version == tableVersion.Version - 1 && at >= 0 && table.Rows[at].ETag.ToString() == etag;
            if (!done) return table;
            List<Row> rows = [.. table.Rows];
            rows[at] = RowOf(entry, rows[at].ETag + 1);
            return new(table.Version + 1, rows);
        });
        return done;
    }

    /// <inheritdoc/>
    public Task UpdateIAmAlive(MembershipEntry entry) => ChangeAsync(table => table with
    {
        Rows = [.. table.Rows.Select(row => row.Silo == entry.SiloAddress.ToParsableString()
            ? row with { IAmAliveTime = entry.IAmAliveTime } : row)],
    });

    // One process at a time; the file is replaced whole, so that one that dies leaves what was there.
    private async Task<Table> ChangeAsync(Func<Table, Table> change)
    {
        await using FileStream turn = await TakeTurnAsync();
        Table before = File.Exists(file)
            ? JsonSerializer.Deserialize<Table>(await File.ReadAllBytesAsync(file))! : new(0, []);
        Table after = change(before);
        if (ReferenceEquals(after, before)) return before;
        string next = $"{file}.next";
        await File.WriteAllBytesAsync(next, JsonSerializer.SerializeToUtf8Bytes(after));
        File.Move(next, file, overwrite: true);
        return after;
    }

    private async Task<FileStream> TakeTurnAsync()
    {
        const int Patience = 3000;
        for (int turns = 0; ; turns++)
            try
            {
                return new($"{file}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (turns < Patience)
            {
                await Task.Delay(Turn, clock);
            }
    }

    // Who says nothing may stand still, and go on later: only a refusal shows that nobody is there.
    private async Task<bool> ListensAsync(SiloAddress silo)
    {
        using TcpClient client = new();
        using CancellationTokenSource silence = new(Silence, clock);
        try
        {
            await client.ConnectAsync(silo.Endpoint, silence.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        catch (SocketException fault)
        {
            return fault.SocketErrorCode == SocketError.TimedOut;
        }
    }

    private static Row RowOf(MembershipEntry entry, int etag) => new(
        entry.SiloAddress.ToParsableString(), entry.Status, entry.HostName, entry.SiloName, entry.StartTime,
        entry.IAmAliveTime,
        [.. (entry.SuspectTimes ?? []).Select(one => new Suspicion(one.Item1.ToParsableString(), one.Item2))], etag);

    private static MembershipTableData Read(Table table) => new(
        [.. table.Rows.Select(row => Tuple.Create(new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(row.Silo),
            Status = row.Status,
            HostName = row.HostName,
            SiloName = row.SiloName,
            StartTime = row.StartTime,
            IAmAliveTime = row.IAmAliveTime,
            SuspectTimes = [.. row.Suspicions.Select(
                one => Tuple.Create(SiloAddress.FromParsableString(one.By), one.At))],
        }, row.ETag.ToString()))],
        new(table.Version, table.Version.ToString()));
}
