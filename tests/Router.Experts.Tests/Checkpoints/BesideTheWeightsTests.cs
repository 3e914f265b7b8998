using System.Text;
using Router.Engine.LibTorch;
using Router.Experts.Checkpoints;

namespace Router.Experts.Tests.Checkpoints;

/// <summary>
/// What trainers keep beside weights stays unread, and harmless, whatever it is; among the weights it is refused.
/// </summary>
public sealed class BesideTheWeightsTests
{
    [Theory]
    [InlineData("beside.legacy.pth")]
    [InlineData("beside.zip.pth")]
    [InlineData("array.zip.pth")]
    public void Objects_beside_the_weights_are_passed_over(string file)
    {
        Checkpoint checkpoint = Fixtures.Read(file);

        if (file != "array.zip.pth")
        {
            ExpectedTensor[] expected = Fixtures.Load<ExpectedTensor[]>("wrapped.json");
            Assert.Equal(expected.Select(tensor => tensor.Bytes),
                checkpoint.Tensors.Values.Select(tensor => Convert.ToHexStringLower(tensor.Bytes.Span)));
            Assert.Equal([new("epoch", "90"), new("arch", "cifar_resnet8")], checkpoint.Metadata);
        }
        else
        {
            Assert.Equal(["w"], checkpoint.Tensors.Keys);
        }
    }

    // Its storages come one after another, without their sizes.
    [Fact]
    public void A_legacy_file_with_storages_of_an_unknown_kind_is_refused_by_their_name() =>
        Assert.Contains("a 'torch.ComplexFloatStorage'", Fixtures.Refused(Fixtures.Bytes("unsized.legacy.pth"))
            .Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("os", "system")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("argparse", "Namespace")]
    public void Whatever_is_made_of_an_unknown_name_runs_nothing_and_is_refused_among_the_weights(string module,
        string name)
    {
        string witness =
            Path.Combine(Path.GetTempPath(), $"router-experts-beside-{module}.{name}-{Environment.ProcessId}");
        // Called, called again, given a state, given items: all the ways in which an object comes about.
        PickleWriter Object(PickleWriter at) => at.Global(module, name).Mark().Text($"touch {witness}").Op('t').Op('R')
            .Op(')').Op('R').Op(')').Raw(0x81)
            .Op('}').Op('b').Text("k").Number(1).Op('s').Mark().Text("k").Number(1).Op('u').Number(1).Op('a').Mark()
                .Number(1).Op('e').Mark().Number(1).Raw(0x90);
        byte[] beside =
            Object(new PickleWriter().Op('}').Mark().Text("state_dict").Op('}').Text("w").Tensor("a", 1, 0, [1], [1])
            .Op('s').Text("args")).Op('u').Pickle();
        byte[] among =
            Object(new PickleWriter().Op('}').Mark().Text("state_dict").Op('}').Mark().Text("w")
            .Tensor("a", 1, 0, [1], [1]).Text("v")).Op('u').Op('u').Pickle();

        Assert.Equal(["w"], Fixtures.Read(Forged.Legacy(beside, ("a", new byte[4]))).Tensors.Keys);
        Assert.Contains($"'v' among the weights is a '{module}.{name}'",
            Fixtures.Refused(Forged.Legacy(among, ("a", new byte[4]))).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(witness));
    }

    [Theory]
    [InlineData("c__main__\nNet\n.", "a '__main__.Net'")]
    [InlineData("}X\u0005\0\0\0modelc__main__\nNet\n)\u0081s.",
        "'model' is a '__main__.Net', which is not among what weights consist of: save its state_dict()")]
    [InlineData("}X\u0009\0\0\0generator}X\u0001\0\0\0wNss.", "found the keys generator")]
    [InlineData("}c__main__\nK\nNs.", "a key of the checkpoint is not text")]
    public void What_cannot_be_read_is_named_with_a_way_out(string pickle, string why) =>
        Assert.Contains(why, Fixtures.Refused(Forged.Legacy(Encoding.Latin1.GetBytes(pickle))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_tensor_that_is_made_of_something_unknown_is_unknown() => Assert.Contains(
        "'w' among the weights is a '__main__.Storage'",
        Fixtures.Refused(
            Forged.Legacy(new PickleWriter().Op('}').Text("state_dict").Op('}').Text("w")
            .Global("torch._utils", "_rebuild_tensor_v2").Mark().Global("__main__", "Storage")
            .Number(0).Tuple(1).Tuple(1).Op('t').Op('R').Op('s').Op('s').Pickle())).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData('X')]
    [InlineData('T')]
    [InlineData('B')]
    public void A_long_history_is_passed_over_without_being_read_into_memory(char opcode)
    {
        byte[] long8 = new byte[8_000_000];
        byte[] pickle = new PickleWriter().Op('}').Mark().Text("state_dict").Op('}').Text("w")
            .Tensor("a", 1, 0, [1], [1]).Op('s')
            .Text("losses").Op(opcode).Raw(BitConverter.GetBytes(long8.Length)).Raw(long8).Op('u').Pickle();

        foreach (byte[] file in new[] { Forged.Legacy(pickle, ("a", new byte[4])),
            Forged.Zip(("x/data.pkl", pickle), ("x/data/a", new byte[4])) })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Equal(["w"], Fixtures.Read(file).Tensors.Keys);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        }
    }

    [Theory]
    [InlineData("c\n\n")] // names, each of nothing
    [InlineData("c\n\n)R")] // called
    [InlineData("\u008c\0\u008c\0\u0093")]
    [InlineData("c\n\n\u0094")] // remembered
    public void Unknown_names_are_bounded_and_take_memory_in_proportion(string repeated)
    {
        byte[] file = Forged.Legacy(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(repeated, 250_000))));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("operations", Fixtures.Refused(file).Message, StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * file.LongLength);
    }

    // Remembered once and used again and again, each use would cost what the thing is large.
    [Fact]
    public void What_is_large_is_not_used_often()
    {
        PickleWriter names = new PickleWriter().Text(new string('m', 1 << 20)).Raw((byte)'q', 0).Op('0');
        PickleWriter calls = new PickleWriter().Mark();
        for (int i = 0; i < 400_000; i++) calls.Op('N');
        calls.Global("x", "y").Op('t').Raw((byte)'q', 0).Op('0');
        for (int i = 0; i < 100_000; i++)
        {
            names.Raw((byte)'h', 0, (byte)'h', 0, 0x93, (byte)'0');
            calls.Global("builtins", "set").Raw((byte)'h', 0).Op('R').Op('0');
        }

        Assert.Contains("a name of 1048576", Fixtures.Refused(Forged.Legacy(names.Pickle())).Message,
            StringComparison.Ordinal);
        Assert.Contains("operations", Fixtures.Refused(Forged.Legacy(calls.Pickle())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Many_keys_of_one_large_dictionary_are_not_all_searched_for_weights()
    {
        PickleWriter pickle = new PickleWriter().Op('}').Raw((byte)'q', 0).Mark();
        for (int i = 0; i < 100_000; i++) pickle.Op('N').Op('N');
        pickle.Op('u').Op('0').Op('}').Mark();
        for (int i = 0; i < 100_000; i++) pickle.Text($"{i}").Raw((byte)'h', 0);

        Assert.Contains("no weights", Fixtures.Refused(Forged.Legacy(pickle.Op('u').Pickle())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_objects_that_hold_each_other_are_let_go()
    {
        PickleWriter cycles = new PickleWriter().Op('}').Mark().Text("w").Tensor("a", 1, 0, [1], [1]).Op('u')
            .Global("x", "y").Raw((byte)'q', 1).Op('0');
        // A list of itself for a state, over and over.
        for (int i = 0; i < 50_000; i++)
            cycles.Raw((byte)'h', 1).Op(']').Raw((byte)'h', 1).Op('a').Op('b').Op('0');

        Assert.Equal(["w"], Fixtures.Read(Forged.Legacy(cycles.Pickle(), ("a", new byte[4]))).Tensors.Keys);
    }
}
