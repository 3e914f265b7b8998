using Router.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace Votes.Bench;

/// <summary>The loop of CERTIFY (Cohen, Rosenfeld and Kolter 2019) over TorchSharp's modules, eager.</summary>
internal sealed class EagerVotes : IVoting
{
    private readonly PlainResNet _network;
    private readonly Noise _noise;
    private readonly Tensor _mean, _sd;
    private readonly ScalarType _type;
    private readonly ResNetPlan _plan;

    public EagerVotes(
        ResNetPlan plan, IReadOnlyDictionary<string, NamedTensor> weights, InputLayer.Standardize input,
        ScalarType type, int batch)
    {
        (_plan, _type, Batch, _noise) = (plan, type, batch, new(plan.Side));
        _network = new(plan, weights);
        _network.to(type);
        (_mean, _sd) = (tensor([.. input.Mean]).view(1, 3, 1, 1), tensor([.. input.Sd]).view(1, 3, 1, 1));
    }

    public int Batch { get; }

    public float[] Logits(IReadOnlyList<byte[]> levels)
    {
        using DisposeScope scope = NewDisposeScope();
        using Tensor answer = Forward(Noise.Pixels(levels, _plan.Side));
        return [.. answer.to(ScalarType.Float32).data<float>()];
    }

    public void Vote(long count)
    {
        long[] votes = new long[_plan.Classes];
        for (long left = count; left > 0; left -= Batch)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach (long label in Forward(_noise.Draw(Math.Min(left, Batch))).argmax(1).data<long>()) votes[label]++;
        }
    }

    public void Dispose()
    {
        _network.Dispose();
        _noise.Dispose();
        _mean.Dispose();
        _sd.Dispose();
    }

    private Tensor Forward(Tensor pixels)
    {
        using (no_grad())
            return _network.forward(((pixels - _mean) / _sd).to(_type));
    }
}
