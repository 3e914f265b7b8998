using Router.Engine;

namespace Router.Training.Networks;

/// <summary>
/// The tensors of a network that is trained, under the names its checkpoints have: what a gradient changes, and what is
/// only counted.
/// </summary>
/// <param name="device">Where they live.</param>
internal sealed class ParameterSet(torch.Device device) : IDisposable
{
    private readonly OrderedDictionary<string, Parameter> _trained = [];
    private readonly OrderedDictionary<string, torch.Tensor> _statistics = [];

    /// <summary>What the optimizer changes, in the order the layers were made.</summary>
    public IEnumerable<Parameter> Trained => _trained.Values;

    /// <summary>The trained tensor of a name.</summary>
    public Parameter Named(string name) => _trained[name];

    /// <summary>Whether every value is a number, and none of them infinite.</summary>
    public bool IsFinite
    {
        get
        {
            using var scope = torch.NewDisposeScope();
            using IDisposable plain = torch.no_grad();
            return _trained.Values.Concat(_statistics.Values).All(tensor => tensor.isfinite().all().item<bool>());
        }
    }

    /// <summary>Takes a tensor over as a trained parameter in Float32; convolution kernels lie channels-last.</summary>
    public Parameter Train(string name, torch.Tensor value)
    {
        torch.Tensor placed =
            ChannelsLast(value.to(torch.ScalarType.Float32)).to(device).clone().DetachFromDisposeScope();
        Parameter parameter = new(placed);
        _trained.Add(name, parameter);
        return parameter;
    }

    /// <summary>Takes a tensor over as a statistic of what was seen.</summary>
    public torch.Tensor Count(string name, torch.Tensor value)
    {
        torch.Tensor placed = value.to(device).clone().DetachFromDisposeScope();
        _statistics.Add(name, placed);
        return placed;
    }

    /// <summary>Copies of all tensors, as a checkpoint holds them.</summary>
    public IEnumerable<NamedTensor> Export() =>
        _trained.Select(entry => entry.Value.ToNamed(entry.Key)).Concat(
            _statistics.Select(entry => entry.Value.ToNamed(entry.Key)));

    /// <summary>Overwrites every tensor with those of a checkpoint.</summary>
    /// <param name="tensors">The checkpoint's, by name. What it lacks in <c>num_batches_tracked</c> stays.</param>
    /// <param name="keep">
    /// Names whose values stay where the checkpoint has none of that name and shape, and that it may have besides.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// A tensor is missing, of another shape or left over: all such are named.
    /// </exception>
    public void Load(IReadOnlyDictionary<string, NamedTensor> tensors, Func<string, bool> keep)
    {
        using var scope = torch.NewDisposeScope();
        using IDisposable plain = torch.no_grad();
        List<string> faults = [];
        foreach ((string name, torch.Tensor own) in _trained.Select(entry => (entry.Key, (torch.Tensor)entry.Value))
            .Concat(_statistics.Select(entry => (entry.Key, entry.Value))))
        {
            if (!tensors.TryGetValue(name, out NamedTensor? loaded))
            {
                if (!name.EndsWith("num_batches_tracked", StringComparison.Ordinal)
                    && !keep(name)) faults.Add($"{name} is missing");
            }
            else if (loaded.Shape.SequenceEqual(own.shape))
                own.copy_(loaded.ToTensor());
            else if (!keep(name))
                faults.Add($"{name} is {string.Join('×', loaded.Shape)}, not {string.Join('×', own.shape)}");
        }
        faults.AddRange(tensors.Keys
            .Where(name => !_trained.ContainsKey(name) && !_statistics.ContainsKey(name) && !keep(name))
            .Select(name => $"{name} is left over"));
        if (faults.Count > 0)
            throw new InvalidDataException(string.Join("; ", faults));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (torch.Tensor tensor in _trained.Values.Concat(_statistics.Values))
            tensor.Dispose();
    }

    private static torch.Tensor ChannelsLast(torch.Tensor value) =>
        value.dim() == 4 ? value.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : value.contiguous();
}
