namespace Router.Training.Runs;

/// <summary>The optimizer of a recipe and its schedule, stepped together.</summary>
internal sealed class Optimization : IDisposable
{
    private readonly OptimizerHelper _optimizer;
    private readonly torch.optim.lr_scheduler.LRScheduler? _schedule;

    public Optimization(Recipe recipe, IEnumerable<Parameter> parameters, int stepsPerEpoch)
    {
        // AdamW's β₁ is the decay of its first moment, as momentum is SGD's.
        _optimizer = recipe.Optimizer switch
        {
            Optimizer.AdamW => torch.optim.AdamW(parameters, recipe.LearningRate, beta1: recipe.Momentum, weight_decay: recipe.WeightDecay),
            _ => torch.optim.SGD(parameters, recipe.LearningRate, recipe.Momentum, weight_decay: recipe.WeightDecay),
        };
        int steps = recipe.Epochs * stepsPerEpoch;
        _schedule = recipe.Schedule switch
        {
            Schedule.Step => torch.optim.lr_scheduler.MultiStepLR(_optimizer, [.. recipe.Milestones.Select(epoch => epoch * stepsPerEpoch)], recipe.Decay),
            Schedule.Cosine => torch.optim.lr_scheduler.CosineAnnealingLR(_optimizer, steps),
            Schedule.OneCycle => torch.optim.lr_scheduler.OneCycleLR(_optimizer, recipe.LearningRate, steps, pct_start: recipe.Rise, cycle_momentum: false),
            _ => null,
        };
    }

    /// <summary>The rate of the next step.</summary>
    public double LearningRate => _optimizer.ParamGroups.First().LearningRate;

    /// <summary>One step along the gradient of a loss.</summary>
    public void Descend(torch.Tensor loss)
    {
        _optimizer.zero_grad();
        loss.backward();
        _optimizer.step();
        _schedule?.step();
    }

    /// <summary>Momenta and settings as bytes.</summary>
    public byte[] Save()
    {
        using MemoryStream bytes = new();
        using (BinaryWriter writer = new(bytes))
            _optimizer.save_state_dict(writer);
        return bytes.ToArray();
    }

    /// <summary>Goes to where a training was after some steps.</summary>
    public void Restore(ReadOnlyMemory<byte> state, int steps)
    {
        // A schedule is stepped from its beginning: the settings that the state holds are those it ends with.
        for (int step = 0; step < steps; step++)
            _schedule?.step();
        using BinaryReader reader = new(new MemoryStream(state.ToArray()));
        _optimizer.load_state_dict(reader);
    }

    /// <inheritdoc/>
    public void Dispose() => _optimizer.Dispose();
}
