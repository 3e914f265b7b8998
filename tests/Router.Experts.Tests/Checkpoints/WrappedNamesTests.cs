using Router.Engine.LibTorch;
using Router.Experts.Checkpoints;

namespace Router.Experts.Tests.Checkpoints;

/// <summary>
/// Checkpoints as trainers wrap them, written by PyTorch (fixtures/make_wrapped.py), and what PyTorch says of the
/// network inside.
/// </summary>
public sealed class WrappedNamesTests
{
    private static readonly ExpectedTensor[] Inside = Fixtures.Load<ExpectedTensor[]>("wrapped.json");

    [Theory]
    [InlineData("compile", "_orig_mod.1.", InputLayerHint.PresentButUnstated)]
    [InlineData("compile_inner", "1._orig_mod.", InputLayerHint.PresentButUnstated)]
    [InlineData("compile_ddp", "module._orig_mod.", InputLayerHint.Unknown)]
    [InlineData("layers", "", InputLayerHint.Unknown)]
    [InlineData("averaged", "module.module.", InputLayerHint.Unknown)]
    [InlineData("lightning", "model.net.", InputLayerHint.Unknown)]
    [InlineData("sharded", "_forward_module._fsdp_wrapped_module.", InputLayerHint.Unknown)]
    [InlineData("normalized", "module.1.module.", InputLayerHint.PresentButUnstated)]
    [InlineData("timm", "", InputLayerHint.Unknown)]
    public void What_is_around_a_network_is_taken_off_its_names(string file, string prefix, InputLayerHint input)
    {
        Checkpoint checkpoint = Fixtures.Read($"wrapped.{file}.pth");

        Assert.Equal((prefix, input), (checkpoint.Origin.Prefix, checkpoint.Origin.InputLayer));
        Same(checkpoint);
    }

    [Fact]
    public void Constants_of_an_input_layer_are_set_apart_and_stay_in_a_file_that_is_written_again()
    {
        Checkpoint checkpoint = Fixtures.Read("wrapped.normalized.pth");
        string copy = Path.GetTempFileName();
        try
        {
            Router.Experts.Cards.CheckpointImporter.Convert(checkpoint, copy, "cifar_resnet8", []);

            foreach (Checkpoint one in new[] { checkpoint, CheckpointFile.Read(copy) })
                Assert.Equal(["0.mean", "0.std"], one.InputConstants.Select(constant => constant.Name)
                    .Order(StringComparer.Ordinal));
            Assert.Equal(checkpoint.Tensors.Keys.Order(), CheckpointFile.Read(copy).Tensors.Keys.Order());
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Fact]
    public void Of_two_networks_the_one_that_is_chosen_is_read_and_without_a_choice_none()
    {
        byte[] file = Fixtures.Bytes("wrapped.two.pth");

        Assert.Contains("both 'model' and 'ema' hold weights; say which", Fixtures.Refused(file).Message,
            StringComparison.Ordinal);
        Same(Read(file, "model"));
        Checkpoint ema = Read(file, "ema");
        Assert.Equal("ema", ema.Container);
        Assert.Equal(["model"], ema.OtherContainers);
        Assert.NotEqual(Inside[0].Bytes, Convert.ToHexStringLower(ema.Tensors[Inside[0].Name].Bytes.Span));
        Assert.Contains("they lie under model, ema", Assert.Throws<CheckpointException>(() => Read(file, "net"))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_dict_is_preferred_to_its_average_and_the_checkpoint_says_so()
    {
        Checkpoint checkpoint = Fixtures.Read("wrapped.timm.pth");

        Assert.Equal("state_dict", checkpoint.Container);
        Assert.Equal(["state_dict_ema"], checkpoint.OtherContainers);
    }

    [Fact]
    public void Two_weights_that_are_one_without_their_wrappers_are_refused() => Assert.Contains(
        "'w' and 'module.w' are both 'w'",
        Fixtures.Refused(Forged.Legacy(
            new PickleWriter().Op('}').Mark().Text("w").Tensor("a", 1, 0, [1], [1]).Text("module.w")
                .Tensor("a", 1, 0, [1], [1]).Op('u').Pickle(),
            ("a", new byte[4]))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("0.w", "1.w")] // a denoiser before the classifier is part of the network
    [InlineData("ema_model.w", "online_model.w")]
    [InlineData("resnet.w", "resnet.v")] // nobody's known wrapper
    [InlineData("1.w", "criterion.w")]
    public void A_name_that_could_be_a_layers_stays(string first, string second)
    {
        byte[] pickle = new PickleWriter().Op('}').Mark().Text(first).Tensor("a", 1, 0, [1], [1]).Text(second)
            .Tensor("a", 1, 0, [1], [1]).Op('u').Pickle();

        Assert.Equal([first, second], Fixtures.Read(Forged.Legacy(pickle, ("a", new byte[4]))).Tensors.Keys);
    }

    [Fact]
    public void Names_of_nothing_but_dots_take_no_more_memory_than_they_are_long()
    {
        string dots = new('.', 1 << 19);
        byte[] file = Forged.Legacy(
            new PickleWriter().Op('}').Mark().Text(dots).Tensor("a", 1, 0, [1], [1]).Text($"1{dots}")
                .Tensor("a", 1, 0, [1], [1]).Op('u').Pickle(), ("a", new byte[4]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Fixtures.Read(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20 * file.LongLength);
    }

    private static Checkpoint Read(byte[] file, string container)
    {
        using MemoryStream stream = new(file);
        return CheckpointFile.Read(stream, "two", container);
    }

    private static void Same(Checkpoint checkpoint)
    {
        Assert.Equal(Inside.Select(tensor => tensor.Name), checkpoint.Tensors.Keys);
        Assert.Equal(Inside.Select(tensor => tensor.Bytes),
            checkpoint.Tensors.Values.Select(tensor => Convert.ToHexStringLower(tensor.Bytes.Span)));
    }
}
