namespace Votes.Bench;

/// <summary>A convolution without bias and the batch normalization behind it, as PyTorch names their tensors.</summary>
internal sealed record Layer(string Name, string Norm, int Inputs, int Outputs, int Size, int Stride = 1);

/// <summary>Layers with ReLU between them, beside a shortcut.</summary>
/// <param name="Way">The layers, first to last.</param>
/// <param name="Projection">The shortcut's; null where that is the block's input.</param>
internal sealed record Block(Layer[] Way, Layer? Projection);

/// <summary>The layers of a ResNet, from which every system here is built: that all run the same network.</summary>
/// <param name="Architecture">What a registry calls it.</param>
/// <param name="Dataset">Whose images it takes.</param>
/// <param name="Side">Rows and columns of an image.</param>
/// <param name="Stem">The first layer.</param>
/// <param name="Pools">Whether a maximum over 3×3, stride 2, follows it.</param>
/// <param name="Blocks">The blocks.</param>
/// <param name="Classes">Logits.</param>
internal sealed record ResNetPlan(
    string Architecture, string Dataset, int Side, Layer Stem, bool Pools, Block[] Blocks, int Classes)
{
    /// <summary>Channels before the last layer.</summary>
    public int Features => Blocks[^1].Way[^1].Outputs;

    /// <summary>Every layer but the last.</summary>
    public IEnumerable<Layer> Layers => Blocks.SelectMany(block =>
        block.Projection is { } projection ? block.Way.Append(projection) : block.Way).Prepend(Stem);

    /// <summary>Multiplications and additions of one image, those of convolutions and of the last layer.</summary>
    public double Operations
    {
        get
        {
            int side = Side / Stem.Stride;
            double sum = Of(Stem, side) + 2.0 * Features * Classes;
            if (Pools) side /= 2;
            foreach (Block block in Blocks)
            {
                int before = side;
                foreach (Layer layer in block.Way) sum += Of(layer, side /= layer.Stride);
                if (block.Projection is { } projection) sum += Of(projection, before / projection.Stride);
            }
            return sum;

            static double Of(Layer layer, int side) =>
                2.0 * layer.Inputs * layer.Outputs * layer.Size * layer.Size * side * side;
        }
    }

    /// <summary>The network of a name; null where it is none of these.</summary>
    public static ResNetPlan? Find(string name) => name switch
    {
        "cifar_resnet20" => Cifar(name, 3, "cifar10", 32, 10),
        "cifar_resnet110" => Cifar(name, 18, "cifar10", 32, 10),
        "resnet50" => ResNet50(),
        _ => null,
    };

    /// <summary>A CIFAR ResNet (He et al. 2016, section 4.2) with 1×1 projections.</summary>
    public static ResNetPlan Cifar(string name, int blocksPerStage, string dataset, int side, int classes)
    {
        List<Block> blocks = [];
        int width = 16;
        foreach (int stage in (int[])[1, 2, 3])
            for (int block = 0; block < blocksPerStage; block++)
            {
                string at = $"layer{stage}.{block}";
                int next = 8 << stage, stride = next / width;
                blocks.Add(new(
                    [
                        new($"{at}.conv1", $"{at}.bn1", width, next, 3, stride),
                        new($"{at}.conv2", $"{at}.bn2", next, next, 3),
                    ],
                    stride == 1 ? null : new($"{at}.downsample.0", $"{at}.downsample.1", width, next, 1, stride)));
                width = next;
            }
        return new(name, dataset, side, new("conv1", "bn1", 3, 16, 3), Pools: false, [.. blocks], classes);
    }

    private static ResNetPlan ResNet50()
    {
        List<Block> blocks = [];
        int inputs = 64;
        foreach ((int stage, int count) in ((int[])[3, 4, 6, 3]).Index())
            for (int block = 0; block < count; block++)
            {
                string at = $"layer{stage + 1}.{block}";
                int width = 64 << stage, outputs = 4 * width, stride = stage > 0 && block == 0 ? 2 : 1;
                blocks.Add(new(
                    [
                        new($"{at}.conv1", $"{at}.bn1", inputs, width, 1),
                        new($"{at}.conv2", $"{at}.bn2", width, width, 3, stride),
                        new($"{at}.conv3", $"{at}.bn3", width, outputs, 1),
                    ],
                    block > 0 ? null : new($"{at}.downsample.0", $"{at}.downsample.1", inputs, outputs, 1, stride)));
                inputs = outputs;
            }
        return new("resnet50", "imagenet", 224, new("conv1", "bn1", 3, 64, 7, 2), Pools: true, [.. blocks], 1000);
    }
}
