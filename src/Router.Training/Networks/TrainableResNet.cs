using Router.Engine;
using Router.Engine.Architectures;
using Router.Engine.LibTorch;

namespace Router.Training.Networks;

/// <summary>
/// The CIFAR ResNet of <see cref="CifarShape"/> as it is trained: batch normalization apart from the convolutions,
/// gradients, statistics. Its checkpoint is what Router.Experts serves. Masters are Float32; activations may be
/// shorter.
/// </summary>
internal sealed class TrainableResNet : IDisposable
{
    private const string Stem = "conv1";

    private readonly ParameterSet _parameters;
    private readonly InputNormalization _input;
    private readonly NormalizedConvolution _stem;
    private readonly List<BasicBlock> _blocks = [];
    private readonly List<(Parameter Weight, Parameter Bias)> _head = [];
    private readonly torch.ScalarType _compute;
    private readonly bool _seesSigma;

    /// <summary>A network with fresh weights.</summary>
    /// <param name="architecture">One of <see cref="CifarShape.Accepted"/>.</param>
    /// <param name="outputs">Classes of an expert, routes of a router.</param>
    /// <param name="input">What happens to noisy pixels before the first convolution.</param>
    /// <param name="compute">Float32, or BFloat16.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="seed">Of the first weights.</param>
    /// <exception cref="ArgumentException">No such architecture can be trained here.</exception>
    public TrainableResNet(
        string architecture, int outputs, InputLayer input, torch.ScalarType compute, torch.Device device, ulong seed)
    {
        CifarShape shape = CifarShape.Find(architecture) ?? throw new ArgumentException(
            $"'{architecture}' cannot be trained here: accepted are {CifarShape.Accepted}", nameof(architecture));
        (Outputs, _compute, _seesSigma) = (outputs, compute, shape.SeesSigma);
        _parameters = new(device);
        _input = new(input, device);
        using var scope = torch.NewDisposeScope();
        using torch.Generator generator = new(seed, torch.CPU);
        int width = shape.Width(1);
        _stem = new(_parameters, Stem, "bn1", shape.Inputs, width, size: 3, stride: 1, generator);
        for (int stage = 1; stage <= 3; stage++)
            for (int block = 0; block < shape.BlocksPerStage; block++)
            {
                int next = shape.Width(stage);
                _blocks.Add(new(_parameters, $"layer{stage}.{block}", width, next, stride: next / width, generator));
                width = next;
            }
        foreach ((int i, string name) in shape.Head.Index())
        {
            int from =
                i == 0 ? width : shape.Hidden!.Value, to = i == shape.Head.Count - 1 ? outputs : shape.Hidden!.Value;
            double bound = 1 / Math.Sqrt(from);
            _head.Add((
                _parameters.Train(
                    $"{name}.weight", torch.rand([to, from], generator: generator).Times(2 * bound).Plus(-bound)),
                _parameters.Train(
                    $"{name}.bias", torch.rand([to], generator: generator).Times(2 * bound).Plus(-bound))));
        }
    }

    /// <summary>How many logits it answers.</summary>
    public int Outputs { get; }

    /// <summary>Whether only the head learns: what stands before it stays as it was loaded.</summary>
    public bool TrunkIsFrozen { get; init; }

    /// <summary>Whether batch normalization keeps the statistics that were loaded, in training too.</summary>
    public bool NormIsFrozen { get; init; }

    /// <summary>What the optimizer changes.</summary>
    public IEnumerable<Parameter> Parameters =>
        TrunkIsFrozen ? _head.SelectMany(layer => (Parameter[])[layer.Weight, layer.Bias]) : _parameters.Trained;

    /// <summary>The trained tensor of a name.</summary>
    public Parameter Parameter(string name) => _parameters.Named(name);

    /// <summary>Whether all its weights and statistics are numbers.</summary>
    public bool IsFinite => _parameters.IsFinite;

    /// <summary>Logits.</summary>
    /// <param name="pixels">[batch, 3, H, W], [0,1] with noise, Float32.</param>
    /// <param name="training">
    /// Whether batch normalization looks at the batch, and learns from it, where it is not frozen.
    /// </param>
    /// <param name="sigmas">σ of each image's noise, [batch]; only a network that sees σ looks at it.</param>
    /// <returns>[batch, <see cref="Outputs"/>], Float32.</returns>
    /// <exception cref="ArgumentException">It sees σ, and is not told.</exception>
    public torch.Tensor Forward(torch.Tensor pixels, bool training, torch.Tensor? sigmas = null)
    {
        torch.Tensor x = Features(pixels, training, sigmas);
        foreach ((int i, (Parameter weight, Parameter bias)) in _head.Index())
            x = torch.nn.functional.linear(i == 0 ? x : x.relu(), weight, bias);
        return x;
    }

    /// <summary>Its tensors by the names of a checkpoint.</summary>
    public IEnumerable<NamedTensor> Export() => _parameters.Export();

    /// <summary>Takes a checkpoint's weights and statistics.</summary>
    /// <param name="tensors">By name.</param>
    /// <param name="warmUp">
    /// Whether the head may be of another shape, and then stays as it is: an expert warms a router up. And whether a
    /// network that sees σ may begin as one that does not, of which σ changes nothing yet.
    /// </param>
    /// <exception cref="InvalidDataException">A tensor is missing, of another shape or left over.</exception>
    public void Load(IReadOnlyDictionary<string, NamedTensor> tensors, bool warmUp) => _parameters.Load(
        warmUp && _seesSigma ? BlindToSigma(tensors) : tensors,
        name => warmUp && name.StartsWith("fc.", StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.Dispose();
        _input.Dispose();
    }

    // A first convolution that does not see σ, with weights of 0 for it.
    private static IReadOnlyDictionary<string, NamedTensor> BlindToSigma(
        IReadOnlyDictionary<string, NamedTensor> tensors)
    {
        const string Kernel = $"{Stem}.weight";
        if (!tensors.TryGetValue(Kernel, out NamedTensor? plain) || plain.Shape is not [_, 3, _, _]) return tensors;
        using var scope = torch.NewDisposeScope();
        torch.Tensor kernel = plain.ToTensor().to(torch.ScalarType.Float32);
        torch.Tensor seeing = torch.cat([kernel, torch.zeros_like(kernel.narrow(1, 0, 1))], 1);
        return new Dictionary<string, NamedTensor>(tensors) { [Kernel] = seeing.ToNamed(Kernel) };
    }

    // [batch, features], Float32; of a frozen trunk as in inference, without a gradient but for an adversary's images.
    private torch.Tensor Features(torch.Tensor pixels, bool training, torch.Tensor? sigmas)
    {
        using IDisposable? plain = TrunkIsFrozen && !pixels.requires_grad ? torch.no_grad() : null;
        bool ownStatistics = training && !TrunkIsFrozen && !NormIsFrozen;
        torch.Tensor x = _input.Apply(pixels);
        if (_seesSigma)
            x = SigmaChannel.Behind(x, (sigmas ?? throw new ArgumentException(
                "this network sees σ, and is not told which each image has", nameof(sigmas))).view(-1, 1, 1, 1));
        x = _stem.Forward(x.to(_compute), ownStatistics).relu_();
        foreach (BasicBlock block in _blocks)
            x = block.Forward(x, ownStatistics);
        return x.to(torch.ScalarType.Float32).mean([2L, 3L]);
    }

    private sealed class BasicBlock(
        ParameterSet parameters, string name, int inputs, int outputs, int stride, torch.Generator generator)
    {
        private readonly NormalizedConvolution _first = new(
            parameters, $"{name}.conv1", $"{name}.bn1", inputs, outputs, size: 3, stride, generator);
        private readonly NormalizedConvolution _second = new(
            parameters, $"{name}.conv2", $"{name}.bn2", outputs, outputs, size: 3, stride: 1, generator);
        private readonly NormalizedConvolution? _projection = inputs == outputs && stride == 1
            ? null
            : new(
                parameters, $"{name}.downsample.0", $"{name}.downsample.1", inputs, outputs, size: 1, stride,
                generator);

        // A convolution's gradient needs what came into it, and what it gave may be overwritten.
        public torch.Tensor Forward(torch.Tensor x, bool ownStatistics)
        {
            torch.Tensor shortcut = _projection?.Forward(x, ownStatistics) ?? x;
            torch.Tensor between = _first.Forward(x, ownStatistics).relu_();
            return _second.Forward(between, ownStatistics).Add(shortcut).relu_();
        }
    }
}
