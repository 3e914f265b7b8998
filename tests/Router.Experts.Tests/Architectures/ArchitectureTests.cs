using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Checkpoints;

namespace Router.Experts.Tests.Architectures;

public sealed class ArchitectureTests
{
    private const decimal Sigma = 0.25m;

    private static readonly EngineSettings Cpu = new("cpu", torch.ScalarType.Float32, BatchSize: 2);

    [Theory]
    [InlineData("cifar_resnet20")]
    [InlineData("cifar_resnet20_4_classes")]
    [InlineData("cifar_resnet20_mlp128")]
    [InlineData("cifar_resnet14_x2")]
    [InlineData("cifar_resnet14_sigma")]
    [InlineData("cifar_resnet110")]
    [InlineData("resnet50")]
    public void Logits_agree_with_PyTorchs_to_1e_4(string name)
    {
        ReferenceNetwork reference = ReferenceNetwork.Read(name);
        float[][] logits = Run(reference.Architecture, reference.Checkpoint(), reference, Cpu, 0, 1);
        for (int k = 0; k < logits.Length; k++)
            for (int i = 0; i < reference.Logits[k].Length; i++)
                Assert.Equal(reference.Logits[k][i], logits[k][i], 1e-4);
    }

    [Fact]
    public void A_checkpoint_of_another_depth_is_refused_with_every_difference()
    {
        ReferenceNetwork reference = ReferenceNetwork.Read("cifar_resnet20");
        CheckpointMismatchException fault = Assert.Throws<CheckpointMismatchException>(
            () => Architecture.Build("cifar_resnet26", reference.Checkpoint().Tensors, Sigma, Cpu));
        // A fourth block in each of three stages: two convolutions and two norms of four tensors each.
        Assert.Equal(3 * 10, fault.Faults.Count);
        Assert.Contains("layer1.3.conv1.weight (16×16×3×3) is missing", fault.Faults);
    }

    [Fact]
    public void Weights_that_no_layer_takes_are_refused()
    {
        ReferenceNetwork reference = ReferenceNetwork.Read("cifar_resnet20");
        CheckpointMismatchException fault = Assert.Throws<CheckpointMismatchException>(
            () => Architecture.Build("cifar_resnet8", reference.Checkpoint().Tensors, Sigma, Cpu));
        Assert.Contains("layer1.1.conv1.weight is not part of cifar_resnet8", fault.Faults);
    }

    [Theory]
    [InlineData("cifar_resnet20", true)]
    [InlineData("imagenet32_resnet110", true)]
    [InlineData("resnet50", true)]
    [InlineData("torchscript", true)]
    [InlineData("cifar_resnet8_mlp32", true)]
    [InlineData("cifar_resnet20_x2", true)]
    [InlineData("cifar_resnet20_x16_mlp128_sigma", true)]
    [InlineData("cifar_resnet20_sigma", true)]
    [InlineData("cifar_resnet20_x1", false)]
    [InlineData("cifar_resnet20_x17", false)]
    [InlineData("cifar_resnet20_sigma_x2", false)]
    [InlineData("resnet50_sigma", false)]
    [InlineData("cifar_resnet20_mlp0", false)]
    [InlineData("cifar_resnet20_mlp", false)]
    [InlineData("cifar_resnet21", false)]
    [InlineData("cifar_resnet2", false)]
    [InlineData("cifar_resnet", false)]
    [InlineData("vgg16", false)]
    public void Names_are_known_where_the_layers_are(string name, bool known) =>
        Assert.Equal(known, Architecture.IsKnown(name));

    [Theory]
    [InlineData("cifar_resnet20", "float32")]
    [InlineData("cifar_resnet20", "bfloat16")]
    [InlineData("resnet50", "float32")]
    [InlineData("resnet50", "bfloat16")]
    public void Logits_depend_neither_on_what_else_is_in_the_batch_nor_on_the_place_in_it(string name, string type)
    {
        ReferenceNetwork reference = ReferenceNetwork.Read(name);
        EngineSettings settings = Cpu with
        {
            ElementType = type == "float32" ? torch.ScalarType.Float32 : torch.ScalarType.BFloat16,
        };
        float[][] Logits(params int[] inputs) => Run(name, reference.Checkpoint(), reference, settings, inputs);
        float[][] together = Logits(0, 1), swapped = Logits(1, 0);
        Assert.Equal(together[0], Logits(0)[0]);
        Assert.Equal(together[0], swapped[1]);
        Assert.Equal(together[1], swapped[0]);
        Assert.NotEqual(together[0], together[1]);
    }

    private static float[][] Run(
        string architecture, Checkpoint checkpoint, ReferenceNetwork reference, EngineSettings settings,
        params int[] inputs)
    {
        int[] shape = reference.InputShape;
        using BatchEvaluator evaluator = new(
            Architecture.Build(architecture, checkpoint.Tensors, Sigma, settings), shape[0], shape[1], shape[2],
            settings);
        LevelTable levels = new(new InputLayer.None(), shape[0], largestNoise: 0);
        float[] images = new float[inputs.Length * evaluator.ImageSize];
        foreach ((int place, int k) in inputs.Index())
            levels.Write(
                reference.Input(k), noise: [], images.AsSpan(place * evaluator.ImageSize, evaluator.ImageSize));
        float[] logits = new float[inputs.Length * evaluator.ClassCount];
        evaluator.Run(images, logits);
        return [.. logits.Chunk(evaluator.ClassCount)];
    }
}
