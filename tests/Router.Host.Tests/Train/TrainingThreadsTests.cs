using Router.Host.Cli;
using Router.Host.Tests.Cli;
using TorchSharp;

namespace Router.Host.Tests.Train;

/// <summary>Alone, because threads are those of the whole process.</summary>
[Collection(WholeMachine.Name)]
public sealed class TrainingThreadsTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_training_uses_every_core_unless_it_is_told_how_many_threads()
    {
        await TrainAsync("--threads", "1");
        Assert.Equal(1, OfANewThread());
        await TrainAsync();
        Assert.Equal(Environment.ProcessorCount, OfANewThread());
    }

    // A thread keeps the number that it began with, and this one may be of another test's.
    private static int OfANewThread()
    {
        int threads = 0;
        Thread fresh = new(() => threads = torch.get_num_threads());
        fresh.Start();
        fresh.Join();
        return threads;
    }

    private async Task TrainAsync(params string[] threads)
    {
        Outcome outcome = await _shell.RunAsync([
            "train", "expert", "shapes10", "--sigma", "0.25", "--id", "e", "-o", $"e{threads.Length}.safetensors",
            "--images", "32", "--architecture", "cifar_resnet8", "--epochs", "1", "--batch", "32",
            "--precision", "float32", .. threads]);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
    }
}
