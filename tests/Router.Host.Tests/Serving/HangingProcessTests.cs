using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>The real program with files and networks that do not come back.</summary>
public sealed class HangingProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-hanging-");

    public HangingProcessTests()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Reference.Root, "models", "shapes10")))
            File.Copy(file, In(Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_named_pipe_as_checkpoint_is_refused_by_name_the_next_registry_gets_in_and_SIGTERM_ends_it()
    {
        string sound = await File.ReadAllTextAsync(In("experts.yaml"));
        Posix.MakePipe(In("pipe.safetensors"));
        using ServeProcess program = ServeProcess.StartWith(
            In("experts.yaml"), "--urls", "http://127.0.0.1:0", "--log", "json");
        await program.LineWithAsync("ready after");
        Write(sound.Replace("noise_0.25.safetensors", "pipe.safetensors", StringComparison.Ordinal));
        Assert.Contains("goes on, the next has faults",
            await program.LineWithAsync("pipe.safetensors is a named pipe"), StringComparison.Ordinal);
        Write(sound.Replace("kind: mostVoted", "kind: cascade", StringComparison.Ordinal));
        Assert.Contains("\"EventId\":60,", await program.LineWithAsync("does not use the router"),
            StringComparison.Ordinal);
        await program.LineWithAsync("is served after");
        await program.SignalAsync("TERM");
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.All(program.ErrorText.TrimEnd().Split('\n'), line => JsonNode.Parse(line));
    }

    [Fact]
    public async Task A_network_that_never_answers_holds_up_neither_the_next_registry_nor_SIGTERM()
    {
        WriteLoop();
        string sound = await File.ReadAllTextAsync(In("experts.yaml"));
        Write("""
            dataset: shapes10
            experts:
              - { id: loop, sigma: 0.25, architecture: torchscript, trust: true, checkpoint: loop.pt, input: none }
            certification: { failureProbability: 0.001, selection: 10, estimation: 1000, noise: grid }
            """);
        using ServeProcess program = ServeProcess.StartWith(
            In("experts.yaml"), "--urls", "http://127.0.0.1:0", "--drain-time", "0");
        string address = (await program.LineWithAsync("listening at ")).Split(' ')[^1];
        using HttpClient client = new() { BaseAddress = new(address), Timeout = RunningDaemon.Patience };
        await program.LineWithAsync("ready after");
        byte[] red = new byte[3 * 32 * 32];
        Array.Fill(red, byte.MaxValue, 0, 32 * 32);
        string body = InferBodies.Bytes(red, "3,32,32", "\"estimation\":100,\"selection\":10");
        Task<HttpResponseMessage> asked = client.PostAsync(RunningDaemon.Infer, RunningDaemon.Text(body));
        const string InFlight = "dualrs_images_in_flight 1\n";
        while (!(await client.GetStringAsync("/metrics")).Contains(InFlight, StringComparison.Ordinal))
            await Task.Yield();

        Write(sound);
        await program.LineWithAsync("is served after");
        await program.SignalAsync("TERM");
        Assert.Equal(ExitCode.Hung, await program.ExitCodeAsync());
        Assert.Contains("something hangs 5 s after the drain time", program.ErrorText, StringComparison.Ordinal);
        // Without a drain time it is told so, or finds its connection closed.
        Assert.True(await StatusAsync(asked) is null or HttpStatusCode.ServiceUnavailable);
    }

    private static async Task<HttpStatusCode?> StatusAsync(Task<HttpResponseMessage> asked)
    {
        try
        {
            return (await asked).StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    // A new file in place of the old one: nobody reads half of it.
    private void Write(string registry)
    {
        File.WriteAllText(In("x.yaml"), registry);
        File.Move(In("x.yaml"), In("experts.yaml"), overwrite: true);
    }

    // A TorchScript archive that was made by PyTorch, whose code is told to go on for ever where an image is red: no
    // probe is.
    private void WriteLoop()
    {
        string from = Path.Combine(
            Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference", "mean_colour.pt");
        using ZipArchive archive = ZipFile.OpenRead(from), looping = ZipFile.Open(In("loop.pt"), ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            if (entry.Name.EndsWith(".debug_pkl", StringComparison.Ordinal)) continue;
            using MemoryStream contents = new();
            using (Stream read = entry.Open()) read.CopyTo(contents);
            byte[] bytes = contents.ToArray();
            if (entry.Name == "__torch__.py")
                bytes = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("    return _0\n", """
                        colour = torch.mean(images, [2, 3])
                        red = torch.sub(torch.select(colour, 1, 0), torch.select(colour, 1, 2))
                        while bool(torch.gt(torch.max(red), 0.9)):
                          _0 = torch.add(_0, _0)
                        return _0

                    """, StringComparison.Ordinal));
            using Stream written = looping.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
            written.Write(bytes);
        }
    }
}
