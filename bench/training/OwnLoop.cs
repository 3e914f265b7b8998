using Router.Data;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Training.Batches;
using Router.Training.Runs;

namespace Training.Bench;

/// <summary>The same by what <c>dualrs train expert</c> runs, in a folder that is thrown away.</summary>
internal sealed class OwnLoop : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("training-bench-").FullName;
    private readonly TrainingRun _run;

    /// <param name="data">The images.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="batch">Images a step, of two copies each.</param>
    /// <param name="sigma">σ.</param>
    /// <param name="precision">Of activations.</param>
    /// <param name="init">Whose statistics of batch normalization are kept; null for those of each batch.</param>
    public OwnLoop(DataSet data, int count, int batch, double sigma, Precision precision, Checkpoint? init = null) =>
        _run = new ExpertTraining
        {
            Sigma = (decimal)sigma, Input = DatasetFacts.Find("cifar10")!.Standard!, Classes = 10,
            Robustness = new Robustness.Consistency(2, 5, .5),
            Recipe = new()
            {
                Architecture = "cifar_resnet20", Epochs = 100_000, BatchSize = batch, LearningRate = .01,
                Schedule = Schedule.Constant, Precision = precision, FreezeNorm = init is not null,
            },
        }.Begin(
            _folder, TrainingImages.Read(data, Enumerable.Range(0, count), classes: 10), held: null,
            init is null ? null : Initial.Of(init), resume: false, "cpu", TimeProvider.System);

    /// <summary>Trains until it is stopped after so many steps; the epoch it is in is not kept.</summary>
    public void Train(int steps)
    {
        using CancellationTokenSource enough = new();
        int first = _run.EpochsDone * _run.StepsPerEpoch;
        try
        {
            _run.Train(epochs: null, new Counted(done =>
            {
                if (done - first >= steps) enough.Cancel();
            }), enough.Token);
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    public void Dispose()
    {
        _run.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Counted(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
