using System.Text.Json;
using Router.Engine;
using Router.Training.Runs;

namespace Router.Training.Tests.Runs;

/// <summary>Optimizers and schedules against PyTorch's (reference/make_reference.py).</summary>
public sealed class OptimizationTests : IDisposable
{
    private const int Steps = 12;

    private static readonly JsonElement Reference = ReadReference();

    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(Optimizer.Sgd, "sgd_momentum")]
    [InlineData(Optimizer.AdamW, "adamw")]
    public void An_optimizer_walks_PyTorchs_path(Optimizer optimizer, string name)
    {
        double[] truth = Values("trajectory", name);
        using Parameter weights = Start();
        using Optimization optimization = new(Steady(optimizer), [weights], stepsPerEpoch: Steps);
        float[] path = [.. Walk(weights, optimization, 0, Steps).SelectMany(values => values)];
        Assert.Equal(truth.Length, path.Length);
        for (int i = 0; i < truth.Length; i++)
            Assert.Equal(truth[i], path[i], 2e-5 * Math.Max(1, Math.Abs(truth[i])));
    }

    // PyTorch's formula would give the largest rate / 250 000: nothing would be learned.
    [Fact]
    public void A_single_step_has_the_largest_rate()
    {
        using Parameter weights = Start();
        using Optimization optimization = new(
            Steady(Optimizer.Sgd) with { LearningRate = .5, Schedule = Schedule.OneCycle, Epochs = 1 }, [weights],
            stepsPerEpoch: 1);
        Assert.Equal(.5, optimization.Rate);
    }

    [Theory]
    [InlineData(Schedule.Step, .4, 30, "multi_step")]
    [InlineData(Schedule.Cosine, .4, 30, "cosine_long")]
    [InlineData(Schedule.OneCycle, .5, 31, "one_cycle")]
    public void A_schedule_has_PyTorchs_rates(Schedule schedule, double rate, int steps, string name)
    {
        Recipe recipe = Steady(Optimizer.Sgd) with
        {
            LearningRate = rate, Schedule = schedule, Milestones = [5, 12, 20], Decay = .2, Epochs = steps,
        };
        using Parameter weights = Start();
        using Optimization optimization = new(recipe, [weights], stepsPerEpoch: 1);
        foreach (double truth in Values("schedule", name))
        {
            Assert.Equal(truth, optimization.Rate, 1e-13);
            optimization.Descend(weights.square().sum());
        }
    }

    [Theory]
    [InlineData(Optimizer.Sgd, true)]
    [InlineData(Optimizer.Sgd, false)]
    [InlineData(Optimizer.AdamW, true)]
    [InlineData(Optimizer.AdamW, false)]
    public void An_optimizer_restored_walks_on_as_if_never_stopped_however_its_weights_lie(
        Optimizer optimizer, bool transposed)
    {
        Parameter straight = Start(transposed), stopped = Start(transposed);
        using Optimization through = new(Steady(optimizer), [straight], Steps);
        using Optimization before = new(Steady(optimizer), [stopped], Steps);
        float[] end = Walk(straight, through, 0, 8)[^1];
        Walk(stopped, before, 0, 5);
        Dictionary<string, NamedTensor> state = before.Save().ToDictionary(tensor => tensor.Name);

        Parameter resumed = new(stopped.detach().clone());
        using Optimization after = new(Steady(optimizer), [resumed], stepsPerEpoch: Steps);
        after.Restore(state, steps: 5);
        Assert.Equal(end, Walk(resumed, after, 5, 8)[^1]);

        using Optimization forgetful = new(Steady(optimizer), [Start()], stepsPerEpoch: Steps);
        state.Clear();
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => forgetful.Restore(state, steps: 5));
        Assert.Matches("^optimizer.0.[a-z_]+ is missing or of another shape than 3×4$", fault.Message);
    }

    private static Recipe Steady(Optimizer optimizer) => new()
    {
        Architecture = "none", Epochs = 1, Optimizer = optimizer, Schedule = Schedule.Constant,
        LearningRate = .05, Momentum = .9, WeightDecay = .01,
    };

    private static Parameter Start(bool transposed = false)
    {
        torch.Tensor values = Formula([3, 4], 17);
        return new(transposed ? values.t().contiguous().t() : values);
    }

    private static List<float[]> Walk(Parameter weights, Optimization optimization, int from, int to)
    {
        List<float[]> path = [];
        for (int t = from; t < to; t++)
        {
            optimization.Descend((weights.matmul(Formula([4, 2], 18 + t)).tanh() - Formula([3, 2], 40)).square().sum());
            path.Add(weights.detach().contiguous().data<float>().ToArray());
        }
        return path;
    }

    // As in the script.
    private static torch.Tensor Formula(long[] shape, int seed)
    {
        IEnumerable<int> indices = Enumerable.Range(0, (int)(shape[0] * shape[1]));
        return torch.tensor([.. indices.Select(i => ((37 * i + 11 * seed) % 101 - 50) / 25f)], shape);
    }

    private static double[] Values(string group, string name) =>
        [.. Reference.GetProperty(group).GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static JsonElement ReadReference()
    {
        string path = Path.Combine(
            global::Tests.Reference.Root, "tests", "Router.Training.Tests", "Runs", "reference", "reference.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
