using Router.Engine;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Votes.Bench;

/// <summary>A ResNet of TorchSharp's own modules, as anybody writes it: no code of the engine is in here.</summary>
internal sealed class PlainResNet : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _maps;
    private readonly Linear _head;

    public PlainResNet(ResNetPlan plan, IReadOnlyDictionary<string, NamedTensor> weights)
        : base(nameof(PlainResNet))
    {
        List<nn.Module<Tensor, Tensor>> maps = [Normalized(plan.Stem, weights), nn.ReLU()];
        if (plan.Pools) maps.Add(nn.MaxPool2d(3, stride: 2, padding: 1));
        maps.AddRange(plan.Blocks.Select(block => new Residual(block, weights)));
        _maps = nn.Sequential(maps);
        _head = nn.Linear(plan.Features, plan.Classes);
        Fill(_head.weight!, weights["fc.weight"]);
        Fill(_head.bias!, weights["fc.bias"]);
        RegisterComponents();
        eval();
    }

    public override Tensor forward(Tensor input) => _head.forward(_maps.forward(input).mean([2L, 3L]));

    private static Sequential Normalized(Layer layer, IReadOnlyDictionary<string, NamedTensor> weights)
    {
        Conv2d convolution = nn.Conv2d(
            layer.Inputs, layer.Outputs, layer.Size, stride: layer.Stride, padding: layer.Size / 2, bias: false);
        BatchNorm2d norm = nn.BatchNorm2d(layer.Outputs);
        Fill(convolution.weight!, weights[$"{layer.Name}.weight"]);
        Fill(norm.weight!, weights[$"{layer.Norm}.weight"]);
        Fill(norm.bias!, weights[$"{layer.Norm}.bias"]);
        Fill(norm.running_mean!, weights[$"{layer.Norm}.running_mean"]);
        Fill(norm.running_var!, weights[$"{layer.Norm}.running_var"]);
        return nn.Sequential(convolution, norm);
    }

    private static void Fill(Tensor own, NamedTensor read)
    {
        using (no_grad())
        using (Tensor values = read.ToTensor())
            own.copy_(values);
    }

    private sealed class Residual : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _way;
        private readonly nn.Module<Tensor, Tensor>? _projection;

        public Residual(Block block, IReadOnlyDictionary<string, NamedTensor> weights)
            : base(nameof(Residual))
        {
            List<nn.Module<Tensor, Tensor>> way = [];
            foreach (Layer layer in block.Way)
            {
                if (way.Count > 0) way.Add(nn.ReLU());
                way.Add(Normalized(layer, weights));
            }
            _way = nn.Sequential(way);
            _projection = block.Projection is { } projection ? Normalized(projection, weights) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            (_way.forward(input) + (_projection?.forward(input) ?? input)).relu();
    }
}
