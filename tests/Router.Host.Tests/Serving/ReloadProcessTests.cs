using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Router.Experts.Cards;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>
/// The real program with real networks, whose registry changes, breaks and comes back while callers go on asking.
/// </summary>
public sealed class ReloadProcessTests : IDisposable
{
    private const int Callers = 4;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-reload-");
    private readonly ConcurrentDictionary<string, long> _countOfVersion = new();
    private readonly string _body = InferBodies.Bytes(
        ProbePatterns.Levels(2), "3,32,32", "\"mode\":\"predict\",\"failure_probability\":0.05");

    public ReloadProcessTests()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Reference.Root, "models", "shapes10")))
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        Write(estimation: 40);
    }

    private string Registry => Path.Combine(_folder.FullName, "experts.yaml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Under_load_every_request_is_answered_by_one_epoch_through_reloads_faults_and_SIGTERM()
    {
        using ServeProcess program = ServeProcess.StartWith(Registry, "--urls", "http://127.0.0.1:0");
        using HttpClient client = new() { BaseAddress = new(
            (await program.LineWithAsync("listening at ")).Split(' ')[^1]), Timeout = RunningDaemon.Patience };
        await program.LineWithAsync("ready after");
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int>[] callers = [.. Enumerable.Range(0, Callers)
            .Select(_ => Task.Run(() => AskUntilGoneAsync(client, told.Task)))];

        for (int estimation = 41; estimation <= 43; estimation++)
        {
            Write(estimation);
            await program.SignalAsync("HUP");
            await program.LineWithAsync("is served after");
        }
        string sound = await File.ReadAllTextAsync(Registry);
        await File.WriteAllTextAsync(Registry, sound.Replace("sigma: 0.50", "sigma: -1", StringComparison.Ordinal));
        await program.SignalAsync("HUP");
        Assert.Contains("goes on, the next has faults", await program.LineWithAsync("s050: sigma is -1"),
            StringComparison.Ordinal);

        await File.WriteAllTextAsync(Registry, sound[..^40] + new string('\0', 40));
        await program.SignalAsync("HUP");
        Assert.Contains("goes on, the next has faults", await program.LineWithAsync("U+0000 is a control character"),
            StringComparison.Ordinal);

        string checkpoint = Path.Combine(_folder.FullName, "noise_0.50.safetensors");
        byte[] whole = await File.ReadAllBytesAsync(checkpoint);
        await File.WriteAllTextAsync(Registry, sound);
        await File.WriteAllBytesAsync(checkpoint, whole[..(whole.Length / 2)]);
        await program.SignalAsync("HUP");
        Assert.Contains("goes on, the next has faults", await program.LineWithAsync("noise_0.50.safetensors"),
            StringComparison.Ordinal);

        // The last of its numbers is NaN: a diverged training, and no card that would know it.
        string card = ModelCard.PathFor(checkpoint), known = await File.ReadAllTextAsync(card);
        File.Delete(card);
        byte[] diverged = [.. whole[..^4], 0, 0, 0xc0, 0x7f];
        await File.WriteAllBytesAsync(checkpoint, diverged);
        await File.WriteAllTextAsync(Registry,
            sound.Replace(Sha256(whole), Sha256(diverged), StringComparison.Ordinal));
        await program.SignalAsync("HUP");
        Assert.Contains("goes on, the next has faults", await program.LineWithAsync("its answers are not finite"),
            StringComparison.Ordinal);

        await File.WriteAllTextAsync(card, known);
        await File.WriteAllBytesAsync(checkpoint, whole);
        Write(estimation: 44);
        await program.SignalAsync("HUP");
        await program.LineWithAsync("is served after");
        while (!_countOfVersion.Values.Contains(44)) await Task.Yield();

        told.SetResult();
        await program.SignalAsync("TERM");
        Assert.All(await Task.WhenAll(callers), answered => Assert.True(answered > 0));
        Assert.Equal(0, await program.ExitCodeAsync());
    }

    [Fact]
    public async Task A_changed_file_is_enough_and_after_kill_9_it_starts_again_at_the_same_address()
    {
        Uri address;
        using (ServeProcess program = ServeProcess.StartWith(Registry, "--urls", "http://127.0.0.1:0"))
        {
            address = new((await program.LineWithAsync("listening at ")).Split(' ')[^1]);
            await program.LineWithAsync("ready after");
            Write(estimation: 50);
            await program.LineWithAsync("registry epoch 2 is served after");
            program.KillHard();
            Assert.NotEqual(0, await program.ExitCodeAsync());
        }
        using ServeProcess again = ServeProcess.StartWith(
            Registry, "--urls", address.GetLeftPart(UriPartial.Authority));
        await again.LineWithAsync("n = 50");
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // Until the daemon was told to stop every answer is 200; then a connection may close, but nothing that was asked is
    // answered wrongly.
    private async Task<int> AskUntilGoneAsync(HttpClient client, Task told)
    {
        int answered = 0;
        while (true)
            try
            {
                (HttpStatusCode status, JsonNode body) = await RunningDaemon.ReadAsync(
                    await client.PostAsync(RunningDaemon.Infer, RunningDaemon.Text(_body)));
                if (status == HttpStatusCode.ServiceUnavailable && told.IsCompleted) return answered;
                Assert.Equal(HttpStatusCode.OK, status);
                long count = (long)body["parameters"]!["n"]!;
                Assert.Equal(count, _countOfVersion.GetOrAdd((string)body["model_version"]!, count));
                answered++;
            }
            catch (HttpRequestException) when (told.IsCompleted)
            {
                return answered;
            }
    }

    // What the epochs differ in: the number of samples where a request does not say.
    private void Write(int estimation)
    {
        string written = File.ReadAllText(Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"));
        string changed = written.Replace("estimation: 1000",
            string.Create(CultureInfo.InvariantCulture, $"estimation: {estimation}"), StringComparison.Ordinal);
        Assert.NotEqual(written, changed);
        // A new file in place of the old one: nobody reads half of it.
        string beside = Registry + ".new";
        File.WriteAllText(beside, changed);
        File.Move(beside, Registry, overwrite: true);
    }
}
