namespace Router.Torch.Modules;

/// <summary>What the optimizers share: groups of parameters, the state of each, steps without recording, saving and restoring.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    private readonly ParamGroup[] groups;
    private readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerHelper(IEnumerable<ParamGroup> groups, int tensorsPerParameter)
    {
        this.groups = [.. groups];
        foreach (Parameter parameter in parameters())
            states.Add(parameter, new OptimizerState(tensorsPerParameter));
    }

    public sealed override IEnumerable<torch.optim.ILearningRateController> ParamGroups => groups;

    public sealed override IEnumerable<Parameter> parameters() => groups.SelectMany(group => group.Parameters);

    public override void zero_grad()
    {
        foreach (Parameter parameter in parameters())
        {
            using torch.Tensor? grad = parameter.grad;
            grad?.detach_().zero_();
        }
    }

    public override torch.Tensor? step(Func<torch.Tensor>? closure = null)
    {
        torch.Tensor? loss = null;
        if (closure is not null)
            using (torch.enable_grad())
                loss = closure();
        using IDisposable plain = torch.no_grad();
        foreach (ParamGroup group in groups)
            foreach (Parameter parameter in group.Parameters)
            {
                using DisposeScope scope = torch.NewDisposeScope();
                if (parameter.grad is { } grad)
                    Update(group, parameter, grad, states[parameter]);
            }
        return loss;
    }

    /// <summary>
    /// Writes settings and state, for <see cref="load_state_dict(string)"/> of an optimizer of the same kind over parameters of the same
    /// shapes.
    /// </summary>
    public void save_state_dict(string location)
    {
        using BinaryWriter writer = new(File.Create(location));
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        writer.Write(GetType().Name);
        writer.Write(groups.Length);
        writer.Write(states.Count);
        foreach (ParamGroup group in groups)
            group.Options.Save(writer);
        foreach (Parameter parameter in parameters())
            states[parameter].Save(writer);
    }

    public void load_state_dict(string location)
    {
        using BinaryReader reader = new(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        string kind = reader.ReadString();
        if (kind != GetType().Name)
            throw new InvalidDataException($"the state is of {kind}, not of {GetType().Name}");
        int groupCount = reader.ReadInt32(), parameterCount = reader.ReadInt32();
        if (groupCount != groups.Length || parameterCount != states.Count)
            throw new ArgumentException(
                $"the state is of {parameterCount} parameters in {groupCount} groups, the optimizer has {states.Count} in {groups.Length}");
        foreach (ParamGroup group in groups)
            group.Options.Load(reader);
        foreach (Parameter parameter in parameters())
            states[parameter].Load(reader, parameter);
    }

    /// <summary>Moves the state, after the parameters were moved.</summary>
    public void to(torch.Device device)
    {
        foreach (OptimizerState state in states.Values)
            for (int slot = 0; slot < state.Tensors.Length; slot++)
                if (state.Tensors[slot] is { } tensor)
                    state.Keep(slot, tensor.to(device));
    }

    private protected abstract void Update(ParamGroup group, Parameter parameter, torch.Tensor grad, OptimizerState state);

    protected override void Dispose(bool disposing)
    {
        foreach (OptimizerState state in states.Values)
            state.Dispose();
    }
}
