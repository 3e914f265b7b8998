using System.Net;
using System.Net.Sockets;
using System.Text;
using Router.Experts.Cards;

namespace Router.Host.Tests.Serving;

public sealed class ServeProcessTests
{
    [Fact]
    public async Task A_request_in_flight_at_SIGTERM_is_answered_and_the_exit_code_is_0()
    {
        using ServeProcess program = ServeProcess.Start("--urls", "http://127.0.0.1:0");
        Uri address = new((await program.LineWithAsync("listening at ")).Split(' ')[^1]);
        await program.LineWithAsync("ready after");
        string body = InferBodies.Bytes(ProbePatterns.Levels(2), "3,32,32", "\"estimation\":200");

        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Parse(address.Host), address.Port);
        using StreamReader answer = new(client.GetStream(), Encoding.UTF8);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {RunningDaemon.Infer} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: "
            + $"{body.Length}\r\nExpect: 100-continue\r\n\r\n"));
        // The server asks for the body: from here on the request is in flight, and stays so until the body comes.
        Assert.Equal("HTTP/1.1 100 Continue", await answer.ReadLineAsync().WaitAsync(RunningDaemon.Patience));
        await program.SignalAsync("TERM");
        await program.LineWithAsync("stopping: ");
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(body));

        string text = await answer.ReadToEndAsync().WaitAsync(RunningDaemon.Patience);
        Assert.StartsWith("\r\nHTTP/1.1 200 OK", text);
        Assert.Contains("\"name\":\"class\"", text);
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.Contains("stopped", program.ErrorText);
    }

    [Fact]
    public async Task SIGINT_while_idle_or_loading_stops_with_exit_code_0()
    {
        using ServeProcess program = ServeProcess.Start("--urls", "http://127.0.0.1:0");
        await program.LineWithAsync("listening at ");
        await program.SignalAsync("INT");
        Assert.Equal(0, await program.ExitCodeAsync());
    }

    [Fact]
    public async Task A_busy_address_is_one_line_and_exit_code_2()
    {
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        using ServeProcess program = ServeProcess.Start("--urls", $"http://{other.LocalEndpoint}");
        Assert.Equal(2, await program.ExitCodeAsync());
        Assert.Equal(
            $"dualrs: cannot listen: Failed to bind to address http://{other.LocalEndpoint}: address already in use; "
            + $"choose another address with --urls",
            program.ErrorText.Trim());
    }
}
