using System.Security.Cryptography;
using System.Text.Json;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Checkpoints;
using Tests;

namespace Router.Experts.Tests.Checkpoints;

public sealed class ReadingTests
{
    public static TheoryData<string> Files => [.. Fixtures.Expected.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Weights_are_what_PyTorch_reads(string file)
    {
        Checkpoint checkpoint = Fixtures.Read(file);

        ExpectedTensor[] expected = Fixtures.Expected[file];
        Assert.Equal(expected.Select(e => e.Name), checkpoint.Tensors.Keys.Select(k => checkpoint.Origin.Prefix + k));
        foreach ((ExpectedTensor wanted, NamedTensor tensor) in expected.Zip(checkpoint.Tensors.Values))
        {
            Assert.Equal(wanted.Dtype, tensor.Type.ToString().ToLowerInvariant());
            Assert.Equal(wanted.Shape, tensor.Shape);
            Assert.Equal(wanted.Bytes, Convert.ToHexStringLower(tensor.Bytes.Span));
        }
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Fixtures.Bytes(file))), checkpoint.Sha256);
    }

    [Theory]
    [InlineData("smoothing.legacy.pth", CheckpointLayout.TorchLegacy)]
    [InlineData("smoothing.zip.pth", CheckpointLayout.TorchZip)]
    [InlineData("plain.safetensors", CheckpointLayout.SafeTensors)]
    [InlineData("script.pt", CheckpointLayout.TorchScript)]
    public void Layout_is_detected(string file, CheckpointLayout layout) =>
        Assert.Equal(layout, Fixtures.Read(file).Layout);

    [Fact]
    public void TorchScript_is_recognised_and_left_to_libtorch()
    {
        Checkpoint script = Fixtures.Read("script.pt");

        Assert.Empty(script.Tensors);
        Assert.Equal(CheckpointFamily.Script, script.Origin.Family);
    }

    [Theory]
    [InlineData("smoothing.legacy.pth", CheckpointFamily.Smoothing, "1.", InputLayerHint.PresentButUnstated)]
    [InlineData("python2.legacy.pth", CheckpointFamily.Smoothing, "1.", InputLayerHint.PresentButUnstated)]
    [InlineData("dataparallel.zip.pth", CheckpointFamily.Smoothing, "1.module.", InputLayerHint.PresentButUnstated)]
    [InlineData("macer.legacy.pth", CheckpointFamily.Macer, "", InputLayerHint.None)]
    [InlineData("macer.zip.pth", CheckpointFamily.Macer, "", InputLayerHint.None)]
    [InlineData("bare.zip.pth", CheckpointFamily.Bare, "", InputLayerHint.Unknown)]
    [InlineData("views.legacy.pth", CheckpointFamily.StateDict, "", InputLayerHint.Unknown)]
    [InlineData("plain.safetensors", CheckpointFamily.Bare, "", InputLayerHint.Unknown)]
    [InlineData("prefixed.safetensors", CheckpointFamily.Bare, "1.", InputLayerHint.PresentButUnstated)]
    public void Family_prefix_and_input_layer_are_what_the_file_tells(
        string file, CheckpointFamily family, string prefix, InputLayerHint input)
    {
        Checkpoint checkpoint = Fixtures.Read(file);

        Assert.Equal(new CheckpointOrigin(family, prefix, input), checkpoint.Origin);
        Assert.DoesNotContain(checkpoint.Tensors.Keys, k => prefix.Length > 0
            && k.StartsWith(prefix, StringComparison.Ordinal));
    }

    [Theory]
    // a widespread CIFAR-10 training script, whose inputs are standardized
    [InlineData("net", "acc", "", CheckpointFamily.Net)]
    [InlineData("net", "acc", "module.", CheckpointFamily.Net)]
    [InlineData("state_dict", "acc", "module.", CheckpointFamily.StateDict)]
    public void A_family_that_does_not_tell_its_input_layer_leaves_it_unknown(
        string container, string beside, string prefix, CheckpointFamily family)
    {
        byte[] pickle = new PickleWriter().Op('}').Mark().Text(container).Op('}').Text($"{prefix}w")
            .Tensor("a", 1, 0, [1], [1]).Op('s')
            .Text("epoch").Number(1).Text(beside).Number(1).Op('u').Pickle();

        Checkpoint checkpoint = Fixtures.Read(Forged.Legacy(pickle, ("a", new byte[4])));

        Assert.Equal(new CheckpointOrigin(family, prefix, InputLayerHint.Unknown), checkpoint.Origin);
        Assert.Equal(["w"], checkpoint.Tensors.Keys);
    }

    [Fact]
    public void A_prefix_that_not_every_name_has_is_kept()
    {
        byte[] pickle = new PickleWriter().Op('}').Mark().Text("1.w").Tensor("a", 1, 0, [1], [1]).Text("3.w")
            .Tensor("a", 1, 0, [1], [1]).Op('u').Pickle();

        Assert.Equal(["1.w", "3.w"], Fixtures.Read(Forged.Legacy(pickle, ("a", new byte[4]))).Tensors.Keys);
    }

    [Fact]
    public void Scalars_beside_the_weights_are_metadata()
    {
        Checkpoint checkpoint = Fixtures.Read("smoothing.legacy.pth");

        Assert.Equal("cifar_resnet20", checkpoint.Architecture);
        Assert.Equal([new("epoch", "90"), new("arch", "cifar_resnet20")], checkpoint.Metadata);
    }

    [Theory]
    [InlineData("numpy.legacy.pth")]
    [InlineData("numpy.zip.pth")]
    public void Numpy_scalars_are_metadata_and_harmless_objects_are_passed_over(string file)
    {
        IReadOnlyDictionary<string, string> metadata = Fixtures.Read(file).Metadata;

        Assert.Equal("0.875", metadata["best_acc"]);
        Assert.Equal("1099511627776", metadata["best_epoch"]);
        Assert.Equal("0.5", metadata["top5"]);
        Assert.Equal("true", metadata["best"]);
        Assert.Equal("0.1", metadata["loss"]);
        Assert.Equal("1180591620717411303424", metadata["seed"]);
        Assert.False(metadata.ContainsKey("milestones"));
    }

    [Theory]
    [InlineData("<", new byte[] { 0, 0, 0, 0, 0, 0, 0xd0, 0x3f })]
    [InlineData(">", new byte[] { 0x3f, 0xd0, 0, 0, 0, 0, 0, 0 })]
    public void A_numpy_scalar_of_Python_2_has_the_byte_order_of_its_type(string order, byte[] quarter)
    {
        byte[] pickle = new PickleWriter().Op('}').Mark().Text("best").Global("numpy.core.multiarray", "scalar")
            .Global("numpy", "dtype").Text("f8").Number(0).Number(1).Raw(0x87).Op('R').Mark().Number(3).Text(order)
                .Op('t').Op('b')
            .Raw((byte)'U', 8).Raw(quarter).Raw(0x86).Op('R')
            .Text("net").Op('}').Text("w").Tensor("a", 1, 0, [1], [1]).Op('s').Op('u').Pickle();

        Assert.Equal("0.25", Fixtures.Read(Forged.Legacy(pickle, ("a", new byte[4]))).Metadata["best"]);
    }

    [Fact]
    public void Safetensors_metadata_is_kept()
    {
        Checkpoint checkpoint = Fixtures.Read("plain.safetensors");

        Assert.Equal("cifar_resnet20", checkpoint.Architecture);
        Assert.Equal("0.12 0.25", checkpoint.Metadata["routes"]);
    }

    [Theory]
    [InlineData("noise_0.12")]
    [InlineData("noise_0.25")]
    [InlineData("noise_0.50")]
    [InlineData("noise_1.00")]
    [InlineData("router")]
    public void A_trained_network_of_2019_layout_is_read(string model)
    {
        string folder = Reference.Shared($"models/{model}");
        Checkpoint checkpoint = CheckpointFile.Read(Path.Combine(folder, "checkpoint.pth.tar"));

        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "reference.json")));
        Assert.Equal(reference.RootElement.GetProperty("sha256").GetString(), checkpoint.Sha256);
        Assert.Equal(CheckpointLayout.TorchLegacy, checkpoint.Layout);
        Assert.Equal("cifar_resnet20", checkpoint.Architecture);
        Assert.Equal(CheckpointFamily.Smoothing, checkpoint.Origin.Family);
        ExpectedTensor[] expected = Fixtures.Load<ExpectedTensor[]>("noise_1.00.json");
        int outputs = model == "router" ? 4 : 10;
        Assert.Equal(
            expected.Select(e => (e.Name[2..], string.Join(
                ',', e.Name.StartsWith("1.fc.", StringComparison.Ordinal) ? [outputs, .. e.Shape[1..]] : e.Shape))),
            checkpoint.Tensors.Select(t => (t.Key, string.Join(',', t.Value.Shape))));
    }

    [Fact]
    public void A_trained_network_has_PyTorchs_weights_to_the_bit()
    {
        Checkpoint checkpoint = CheckpointFile.Read(Reference.Shared("models/noise_1.00/checkpoint.pth.tar"));

        foreach (ExpectedTensor expected in Fixtures.Load<ExpectedTensor[]>("noise_1.00.json"))
            Assert.Equal(expected.Sha256,
                Convert.ToHexStringLower(SHA256.HashData(checkpoint.Tensors[expected.Name[2..]].Bytes.Span)));
    }

    [Fact]
    public void Optimizer_state_takes_no_memory()
    {
        byte[] weights = new PickleWriter().Op('}').Mark().Text("state_dict").Op('}').Mark().Text("w")
            .Tensor("a", 1, 0, [1], [1]).Op('u')
            .Text("optimizer").Op('}').Mark().Text("momentum").Tensor("b", 4_000_000, 0, [4_000_000], [1]).Op('u')
                .Op('u').Pickle();
        byte[] file = Forged.Legacy(weights, ("a", new byte[4]), ("b", new byte[16_000_000]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Checkpoint checkpoint = Fixtures.Read(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal(["w"], checkpoint.Tensors.Keys);
    }
}
