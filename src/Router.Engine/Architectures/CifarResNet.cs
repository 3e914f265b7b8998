using Router.Engine.LibTorch;

namespace Router.Engine.Architectures;

/// <summary>
/// The CIFAR ResNet of He et al. 2016, section 4.2, as Cohen et al. 2019 trained it: 6n + 2 layers in three stages of n
/// basic blocks, widths 16, 32, 64 or a multiple of these, with 1×1 projections where the width changes. Input [batch,
/// 3, 32, 32] (any size that 4 divides). One that sees σ gets it as a fourth channel here, behind the input layer.
/// </summary>
internal sealed class CifarResNet : INetwork
{
    private readonly FoldedConvolution _stem;
    private readonly List<BasicBlock> _blocks = [];
    private readonly Classifier _head;
    private readonly torch.Tensor? _sigma;

    public CifarResNet(Weights weights, CifarShape shape, decimal sigma)
    {
        int width = shape.Width(1);
        _stem = new(weights, "conv1", "bn1", shape.Inputs, width, size: 3);
        for (int stage = 1; stage <= 3; stage++)
            for (int block = 0; block < shape.BlocksPerStage; block++)
            {
                int outputs = shape.Width(stage);
                _blocks.Add(new(weights, $"layer{stage}.{block}", width, outputs, stride: outputs / width));
                width = outputs;
            }
        _head = new(weights, shape.Head, features: width, shape.Hidden ?? 0);
        if (!shape.SeesSigma) return;
        using var scope = torch.NewDisposeScope();
        _sigma = weights.Place(torch.tensor([(float)sigma]).view(1, 1, 1, 1)).DetachFromDisposeScope();
    }

    public int ClassCount => _head.ClassCount;

    /// <summary>The three stages.</summary>
    public IReadOnlyList<BasicBlock> Blocks => _blocks;

    /// <summary>Behind the stages.</summary>
    public Classifier Head => _head;

    /// <summary>What the first block sees of images.</summary>
    public torch.Tensor AfterStem(torch.Tensor images) =>
        _stem.Forward(_sigma is null ? images : SigmaChannel.Behind(images, _sigma)).relu_();

    public torch.Tensor Forward(torch.Tensor images)
    {
        torch.Tensor x = AfterStem(images);
        foreach (BasicBlock block in _blocks)
            x = block.Forward(x);
        return _head.Forward(x);
    }

    public void Dispose()
    {
        _stem.Dispose();
        _blocks.ForEach(block => block.Dispose());
        _head.Dispose();
        _sigma?.Dispose();
    }

    /// <summary>Two convolutions beside a shortcut.</summary>
    internal sealed class BasicBlock(Weights weights, string name, int inputs, int outputs, int stride) : IDisposable
    {
        private readonly FoldedConvolution _first = new(
            weights, $"{name}.conv1", $"{name}.bn1", inputs, outputs, size: 3, stride);
        private readonly FoldedConvolution _second = new(
            weights, $"{name}.conv2", $"{name}.bn2", outputs, outputs, size: 3);
        private readonly FoldedConvolution? _projection = inputs == outputs && stride == 1
            ? null
            : new(weights, $"{name}.downsample.0", $"{name}.downsample.1", inputs, outputs, size: 1, stride);

        /// <summary>The first convolution.</summary>
        public FoldedConvolution First => _first;

        /// <summary>The second.</summary>
        public FoldedConvolution Second => _second;

        /// <summary>The shortcut's; null where that is the input.</summary>
        public FoldedConvolution? Projection => _projection;

        public torch.Tensor Forward(torch.Tensor x)
        {
            torch.Tensor shortcut = _projection?.Forward(x) ?? x;
            return _second.Forward(_first.Forward(x).relu_()).Add(shortcut).relu_();
        }

        public void Dispose()
        {
            _first.Dispose();
            _second.Dispose();
            _projection?.Dispose();
        }
    }
}
