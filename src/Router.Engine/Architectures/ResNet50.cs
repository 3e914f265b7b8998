using Router.Engine.LibTorch;

namespace Router.Engine.Architectures;

/// <summary>
/// ResNet-50 with torchvision's names and layout (the stride of a stage sits on the 3×3 convolution): the ImageNet
/// network of Cohen et al. 2019. Input [batch, 3, 224, 224].
/// </summary>
internal sealed class ResNet50 : INetwork
{
    private static readonly int[] BlocksPerStage = [3, 4, 6, 3];

    private readonly FoldedConvolution _stem;
    private readonly List<Bottleneck> _blocks = [];
    private readonly Classifier _head;

    public ResNet50(Weights weights)
    {
        _stem = new(weights, "conv1", "bn1", inputs: 3, outputs: 64, size: 7, stride: 2);
        int inputs = 64;
        for (int stage = 0; stage < BlocksPerStage.Length; stage++)
            for (int block = 0; block < BlocksPerStage[stage]; block++)
            {
                int width = 64 << stage;
                int stride = stage > 0 && block == 0 ? 2 : 1;
                _blocks.Add(new(weights, $"layer{stage + 1}.{block}", inputs, width, stride, project: block == 0));
                inputs = width * Bottleneck.Expansion;
            }
        _head = new(weights, ["fc"], features: inputs);
    }

    public int ClassCount => _head.ClassCount;

    public torch.Tensor Forward(torch.Tensor images)
    {
        torch.Tensor x = _stem.Forward(images).relu_();
        x = torch.nn.functional.max_pool2d(x, 3, 2, 1);
        foreach (Bottleneck block in _blocks)
            x = block.Forward(x);
        return _head.Forward(x);
    }

    public void Dispose()
    {
        _stem.Dispose();
        _blocks.ForEach(block => block.Dispose());
        _head.Dispose();
    }

    private sealed class Bottleneck(Weights weights, string name, int inputs, int width, int stride, bool project)
        : IDisposable
    {
        public const int Expansion = 4;

        private readonly FoldedConvolution _reduce = new(
            weights, $"{name}.conv1", $"{name}.bn1", inputs, width, size: 1);
        private readonly FoldedConvolution _spatial = new(
            weights, $"{name}.conv2", $"{name}.bn2", width, width, size: 3, stride);
        private readonly FoldedConvolution _expand = new(
            weights, $"{name}.conv3", $"{name}.bn3", width, width * Expansion, size: 1);
        private readonly FoldedConvolution? _projection = project
            ? new(weights, $"{name}.downsample.0", $"{name}.downsample.1", inputs, width * Expansion, size: 1, stride)
            : null;

        public torch.Tensor Forward(torch.Tensor x)
        {
            torch.Tensor shortcut = _projection?.Forward(x) ?? x;
            return _expand.Forward(_spatial.Forward(_reduce.Forward(x).relu_()).relu_()).Add(shortcut).relu_();
        }

        public void Dispose()
        {
            _reduce.Dispose();
            _spatial.Dispose();
            _expand.Dispose();
            _projection?.Dispose();
        }
    }
}
