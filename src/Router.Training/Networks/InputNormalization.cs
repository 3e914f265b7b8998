using Router.Engine;

namespace Router.Training.Networks;

/// <summary>An <see cref="InputLayer"/> on tensors: differentiable, for attacks reach the pixels through it.</summary>
internal sealed class InputNormalization : IDisposable
{
    private readonly torch.Tensor? _mean, _sd;

    public InputNormalization(InputLayer layer, torch.Device device)
    {
        _mean = layer switch
        {
            InputLayer.Standardize standardize => Constants(standardize.Mean, device),
            InputLayer.Center center => Constants(center.Mean, device),
            _ => null,
        };
        _sd = layer is InputLayer.Standardize { Sd: var sd } ? Constants(sd, device) : null;
    }

    /// <summary>(x − mean)/sd, x − mean, or x. x: [batch, channels, H, W].</summary>
    public torch.Tensor Apply(torch.Tensor x)
    {
        if (_mean is not null) x = x - _mean;
        return _sd is null ? x : x / _sd;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean?.Dispose();
        _sd?.Dispose();
    }

    private static torch.Tensor Constants(ValueArray<float> values, torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        return torch.tensor([.. values]).view(1, -1, 1, 1).to(device).DetachFromDisposeScope();
    }
}
