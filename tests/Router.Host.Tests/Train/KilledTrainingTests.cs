using Router.Host.Cli;

namespace Router.Host.Tests.Train;

public sealed class KilledTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-killed-").FullName;

    public KilledTrainingTests() => FakeCifar.Write(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_training_that_was_killed_and_then_met_a_full_disk_ends_with_the_weights_of_an_undisturbed_one()
    {
        using (ProgramRun whole = Start("whole", fileLimit: null))
        {
            (int code, string error) = await whole.EndAsync();
            Assert.True(code == ExitCode.Done, error);
        }
        using (ProgramRun killed = Start("killed", fileLimit: null))
        {
            await killed.LineWithAsync("epoch 1:");
            await killed.KillAsync();
        }
        string state = Path.Combine(_folder, "killed.training", "state.safetensors");
        byte[] before = File.ReadAllBytes(state);
        using (ProgramRun full = Start("killed", fileLimit: 200, "--resume"))
        {
            (int code, string error) = await full.EndAsync();
            Assert.True(code == ExitCode.Fault, error);
            string line = error.TrimEnd().Split('\n')[^1];
            Assert.StartsWith($"dualrs: {state} cannot be written: ", line, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        }
        Assert.Equal(before, File.ReadAllBytes(state));
        Assert.Equal(["metrics.tsv", "state.safetensors"],
            Directory.EnumerateFiles(Path.GetDirectoryName(state)!).Select(Path.GetFileName).Order());
        using (ProgramRun resumed = Start("killed", fileLimit: null, "--resume"))
        {
            (int code, string error) = await resumed.EndAsync();
            Assert.True(code == ExitCode.Done, error);
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "whole.safetensors")),
            File.ReadAllBytes(Path.Combine(_folder, "killed.safetensors")));
    }

    private ProgramRun Start(string name, int? fileLimit, params string[] more) => ProgramRun.Start(
        _folder, fileLimit,
        [
            "train", "expert", "cifar10", "--sigma", "0.25", "--id", "e", "-o",
            Path.Combine(_folder, name + ".safetensors"), "--architecture", "cifar_resnet8",
            "--epochs", "4", "--batch", "32", "--images", "128", "--lr", "0.05", "--precision", "float32", "--threads",
            "2", .. more,
        ]);
}
