using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Tests.Serving;

/// <summary>What bodies may take together while they are read.</summary>
public sealed class BodyMemoryTests
{
    [Fact]
    public void The_beginning_of_a_body_is_always_taken_and_what_is_given_back_is_there_again()
    {
        BodyMemory memory = new(most: 100);
        long first = 0, second = 0;
        Assert.True(memory.TryGrow(ref first, BodyMemory.AlwaysBytes));
        Assert.Equal((0, 0), (first, memory.TakenBytes));
        Assert.True(memory.TryGrow(ref first, BodyMemory.AlwaysBytes + 70));
        Assert.False(memory.TryGrow(ref second, BodyMemory.AlwaysBytes + 31));
        Assert.True(memory.TryGrow(ref second, BodyMemory.AlwaysBytes + 30));
        Assert.Equal((70, 30, 100), (first, second, memory.TakenBytes));
        memory.GiveBack(first);
        Assert.True(memory.TryGrow(ref second, BodyMemory.AlwaysBytes + 100));
    }

    [Fact]
    public async Task Large_bodies_that_never_end_keep_large_ones_out_and_small_ones_in_until_their_senders_leave()
    {
        const int Large = 900_000, Senders = 9;
        ServingLimits limits = new() { BodyBytes = 1_000_000 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        string large = ToyModel.Body + new string(' ', Large);
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(large)).Status);

        // Twice as much memory each: the ninth does not fit into 16 times the largest body.
        List<TcpClient> senders = [];
        for (int i = 0; i < Senders; i++) senders.Add(await SendAllButTheEndAsync(daemon.Client.BaseAddress!, Large));
        HttpResponseMessage refused;
        // One of them may have been turned away meanwhile, for this very request: another takes its place.
        while ((refused = await daemon.Client.PostAsync(RunningDaemon.Infer, RunningDaemon.Text(large)))
            .StatusCode == HttpStatusCode.OK)
            senders.Add(await SendAllButTheEndAsync(daemon.Client.BaseAddress!, Large));
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"),
            (refused.StatusCode, refused.Headers.RetryAfter!.ToString()));
        Assert.Contains("take all memory there is for them", await refused.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body)).Status);

        foreach (TcpClient sender in senders) sender.Dispose();
        while ((await daemon.PostAsync(large)).Status != HttpStatusCode.OK) await Task.Yield();
    }

    private static async Task<TcpClient> SendAllButTheEndAsync(Uri address, int length)
    {
        TcpClient client = new();
        await client.ConnectAsync(address.Host, address.Port);
        string head = string.Create(CultureInfo.InvariantCulture,
            $"POST {RunningDaemon.Infer} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
            + $"application/json\r\nContent-Length: {length + 1}\r\n\r\n");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + new string(' ', length)));
        return client;
    }
}
