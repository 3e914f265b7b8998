using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Training.Bench;

/// <summary>The CIFAR ResNet-20 as TorchSharp's modules have it: nothing of Router.Training is in here.</summary>
internal sealed class PlainResNet : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _stem, _blocks;
    private readonly Linear _head;

    public PlainResNet(int classes)
        : base(nameof(PlainResNet))
    {
        _stem = nn.Sequential(nn.Conv2d(3, 16, 3, padding: 1, bias: false), nn.BatchNorm2d(16), nn.ReLU());
        List<nn.Module<Tensor, Tensor>> blocks = [];
        int width = 16;
        foreach (int next in (int[])[16, 16, 16, 32, 32, 32, 64, 64, 64])
        {
            blocks.Add(new Block(width, next));
            width = next;
        }
        _blocks = nn.Sequential(blocks);
        _head = nn.Linear(width, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) =>
        _head.forward(_blocks.forward(_stem.forward(input)).mean([2L, 3L]));

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _way;
        private readonly nn.Module<Tensor, Tensor>? _projection;

        public Block(int inputs, int outputs)
            : base(nameof(Block))
        {
            int stride = outputs / inputs;
            _way = nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false), nn.BatchNorm2d(outputs),
                nn.ReLU(), nn.Conv2d(outputs, outputs, 3, padding: 1, bias: false), nn.BatchNorm2d(outputs));
            _projection = inputs == outputs ? null : nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride: stride, bias: false), nn.BatchNorm2d(outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) =>
            (_way.forward(input) + (_projection?.forward(input) ?? input)).relu();
    }
}
