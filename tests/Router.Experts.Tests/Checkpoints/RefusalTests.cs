using System.IO.Compression;
using System.Text;
using Router.Engine.LibTorch;
using Router.Experts.Checkpoints;

namespace Router.Experts.Tests.Checkpoints;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "exec")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_import_dotted_name")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    public void A_global_outside_the_list_is_refused_by_name_and_nothing_runs(string module, string name)
    {
        string witness = Path.Combine(Path.GetTempPath(), $"router-experts-{module}.{name}-{Environment.ProcessId}");
        byte[] pickle = new PickleWriter().Global(module, name).Mark().Text($"touch {witness}").Op('t')
            .Op('R').Pickle();
        byte[] stacked = new PickleWriter().Text(module).Text(name).Raw([0x93]).Mark().Text($"touch {witness}").Op('t')
            .Op('R').Pickle();

        foreach (byte[] payload in new[] { pickle, stacked })
            foreach (byte[] file in new[] { Forged.Legacy(payload), Forged.Zip(("archive/data.pkl", payload)) })
            {
                CheckpointException refusal = Fixtures.Refused(file);
                Assert.Contains($"'{module}.{name}'", refusal.Message);
                Assert.Equal("forged", refusal.File);
            }
        Assert.False(File.Exists(witness));
    }

    [Fact]
    public void A_refusal_names_file_and_offset()
    {
        CheckpointException refusal = Fixtures.Refused(
            Forged.Legacy(new PickleWriter().Global("os", "system").Pickle()));

        Assert.Equal(Forged.LegacyStart.Length + 2, refusal.Offset);
        Assert.StartsWith($"forged, byte {refusal.Offset}: ", refusal.Message);
    }

    [Fact]
    public void A_pickled_module_is_refused() => // named by its persistent id ('module', class, …)
        Assert.Contains("torch.nn.modules.linear", Fixtures.Refused(Fixtures.Bytes("module.legacy.pth")).Message);

    [Theory]
    [InlineData("INST", "ios\nsystem\n.")]
    [InlineData("OBJ", "(o")]
    [InlineData("EXT1", "\u0082\u0001.")]
    [InlineData("NEWOBJ_EX", "\u0092.")]
    [InlineData("NEXT_BUFFER", "\u0097.")]
    [InlineData("PERSID", "P1\n.")]
    [InlineData("STRING", "S'x'\n.")]
    [InlineData("unknown", "\u00ff.")]
    public void Opcodes_that_torch_save_does_not_write_are_refused(string name, string pickle) =>
        Assert.Contains("is not one that torch.save writes",
            Fixtures.Refused(Forged.Legacy(Encoding.Latin1.GetBytes(pickle))).Message + $" ({name})");

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 })]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 })]
    [InlineData(4, -1, new long[] { 2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(4, 0, new long[] { -2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 4, 1 })]
    [InlineData(4, long.MaxValue, new long[] { 2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 3 }, new[] { long.MaxValue })] // 2 · (2^63 − 1) wraps to −2
    [InlineData(4, 0, new[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 })] // 2^64 wraps to 0
    [InlineData(4, 0, new[] { 1L << 40 }, new long[] { 0 })] // inside the storage, but a TiB when made contiguous
    [InlineData(4, 0, new long[] { 10_000_000 }, new long[] { 0 })]
    [InlineData(4, 5, new long[] { }, new long[] { })]
    [InlineData(10_000_000, 0, new long[] { 1 }, new long[] { 1 })] // a small weight in a storage larger than the file
    [InlineData(1L << 61, 0, new long[] { 1 }, new long[] { 1 })]
    [InlineData(1L << 62, 0, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-1, 0, new long[] { 1 }, new long[] { 1 })]
    public void A_tensor_outside_its_storage_or_beyond_reason_is_refused(
        long count, long offset, long[] shape, long[] strides)
    {
        byte[] pickle = Forged.OneWeight(count, offset, shape, strides);
        byte[] floats = new byte[16];

        Assert.Equal(["w"], Fixtures.Read(Forged.Legacy(Forged.OneWeight(4, 0, [2, 2], [2, 1]), ("a", floats)))
            .Tensors.Keys);
        Fixtures.Refused(Forged.Legacy(pickle, ("a", floats)));
        Fixtures.Refused(Forged.Zip(("x/data.pkl", pickle), ("x/data/a", floats)));
    }

    [Fact]
    public void A_rank_beyond_PyTorchs_is_refused() =>
        Assert.Contains("at most 64", Fixtures.Refused(Forged.Legacy(Forged.OneWeight(
            1, 0, [.. Enumerable.Repeat(1L, 65)], [.. Enumerable.Repeat(1L, 65)]), ("a", new byte[4]))).Message);

    [Fact]
    public void An_unused_size_one_stride_may_be_anything() =>
        Assert.Equal(8, Fixtures.Read(Forged.Legacy(
            Forged.OneWeight(2, 0, [1, 2], [long.MaxValue, 1]), ("a", new byte[8]))).Tensors["w"].Bytes.Length);

    [Fact]
    public void A_duplicate_weight_is_refused() =>
        Assert.Contains("'w' occurs twice", Fixtures.Refused(Forged.Legacy(
            new PickleWriter().Op('}').Mark().Text("w").Tensor("a", 1, 0, [1], [1]).Text("w")
                .Tensor("a", 1, 0, [1], [1]).Op('u').Pickle(),
            ("a", new byte[4]))).Message);

    [Fact]
    public void A_storage_declared_in_two_ways_is_refused() =>
        Assert.Contains("elsewhere", Fixtures.Refused(Forged.Legacy(
            new PickleWriter().Op('}').Mark().Text("v").Tensor("a", 1, 0, [1], [1]).Text("w")
                .Tensor("a", 2, 0, [1], [1]).Op('u').Pickle(),
            ("a", new byte[4]))).Message);

    [Fact]
    public void Storage_keys_must_be_those_of_the_pickle()
    {
        byte[] pickle = Forged.OneWeight(1, 0, [1], [1]);

        Assert.Contains("lacks 'a'", Fixtures.Refused(Forged.Legacy(pickle)).Message);
        Assert.Contains("names 'b'",
            Fixtures.Refused(Forged.Legacy(pickle, ("a", new byte[4]), ("b", new byte[4]))).Message);
        Assert.Contains("names 'a'",
            Fixtures.Refused(Forged.Legacy(pickle, ("a", new byte[4]), ("a", new byte[4]))).Message);
        Assert.Contains("has 2 elements, expected 1",
            Fixtures.Refused(Forged.Legacy(pickle, ("a", new byte[8]))).Message);
        Assert.Contains("follow the last storage",
            Fixtures.Refused([.. Forged.Legacy(pickle, ("a", new byte[4])), 0]).Message);
    }

    [Fact]
    public void Cycles_are_refused_where_they_would_be_read()
    {
        PickleWriter self = new PickleWriter().Op('}').Raw((byte)'q', 0).Text("state_dict").Raw((byte)'h', 0).Op('s');
        PickleWriter around = new PickleWriter().Op('}').Raw((byte)'q', 0).Text("state_dict").Op('}').Text("w")
            .Raw((byte)'h', 0).Op('s').Op('s');

        Assert.Contains("contains itself", Fixtures.Refused(Forged.Legacy(self.Pickle())).Message);
        Assert.Contains("is not a tensor", Fixtures.Refused(Forged.Legacy(around.Pickle())).Message);
        Assert.Contains("a list contains itself", Fixtures.Refused(
            Forged.Legacy(new PickleWriter().Op(']').Raw((byte)'q', 0).Raw((byte)'h', 0).Op('a').Pickle())).Message);
    }

    [Fact]
    public void Depth_needs_no_stack()
    {
        PickleWriter tuples = new PickleWriter().Op('}').Mark().Text("w").Tensor("a", 1, 0, [1], [1])
            .Text("deep").Op(')');
        for (int i = 0; i < 500_000; i++)
            tuples.Raw(0x85);
        byte[] file = Forged.Legacy(tuples.Op('u').Pickle(), ("a", new byte[4]));
        byte[] marks = Forged.Legacy([.. Enumerable.Repeat((byte)'(', 100_000)]);

        Assert.Contains("'deep' among the weights is not a tensor", Fixtures.Refused(file).Message);
        Assert.Contains("nested marks", Fixtures.Refused(marks).Message);
    }

    [Fact]
    public void Work_is_bounded()
    {
        Assert.Contains("operations",
            Fixtures.Refused(Forged.Legacy([.. Enumerable.Repeat((byte)'N', 2_000_000)])).Message);

        PickleWriter dictionaries = new PickleWriter().Op('}').Raw((byte)'q', 0).Mark();
        for (int i = 0; i < 2000; i++)
            dictionaries.Op('N').Op('N');
        dictionaries.Op('u');
        for (int i = 0; i < 20_000; i++)
            dictionaries.Global("collections", "Counter").Raw((byte)'h', 0, 0x85).Op('R').Op('0');
        Assert.Contains("operations", Fixtures.Refused(Forged.Legacy(dictionaries.Pickle())).Message);
    }

    [Theory]
    [InlineData("]\u0094")] // empty lists, each remembered
    [InlineData("}NNs")] // dictionaries of one
    [InlineData("N\u0085")] // tuples of one
    [InlineData("]Na")] // lists of one
    public void Memory_is_in_proportion_to_the_pickle(string repeated)
    {
        byte[] file = Forged.Legacy(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(repeated, 250_000))));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Fixtures.Refused(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * file.LongLength);
    }

    [Theory]
    [InlineData("X\u00ff\u00ff\u00ff\u007f", "bytes are left")] // a text of 2 GiB
    [InlineData("\u008d\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0080", "beyond 2^63")]
    [InlineData("\u008b\u0000\u0000\u0001\u0000", "at most 64")] // a number of 64 KiB
    [InlineData("I99999999999999999999\n", "64-bit number in digits")]
    [InlineData("X\u0002\u0000\u0000\u0000\u00c3\u0028", "not UTF-8")]
    [InlineData("0", "stack is empty")]
    [InlineData("t", "there is none")]
    [InlineData("h\u0007", "the memo holds nothing at 7")]
    [InlineData("NNR", "not a global")]
    [InlineData("N)b", "takes none")]
    [InlineData("NNa", "not a list")]
    [InlineData("}(Nu", "key without a value")]
    [InlineData("NQ", "persistent id")]
    [InlineData("(.", "stops inside a mark")]
    [InlineData("\u0080\u0009", "protocol 9")]
    public void Broken_pickles_are_explained(string pickle, string why) =>
        Assert.Contains(why, Fixtures.Refused(Forged.Legacy(Encoding.Latin1.GetBytes(pickle))).Message);

    [Fact]
    public void Compressed_entries_are_refused_before_they_are_inflated()
    {
        byte[] pickle = Forged.OneWeight(10_000_000, 0, [10_000_000], [1]);
        byte[] bomb = Forged.Zip(
            CompressionLevel.Optimal, ("x/data.pkl", [.. pickle]), ("x/data/a", new byte[40_000_000]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        CheckpointException refusal = Fixtures.Refused(bomb);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Contains("stores entries as they are", refusal.Message);
    }

    [Fact]
    public void Zip_archives_must_be_complete_and_unambiguous()
    {
        byte[] pickle = Forged.OneWeight(1, 0, [1], [1]);
        byte[] little = "little"u8.ToArray(), big = "big"u8.ToArray();

        Assert.Equal(["w"], Fixtures.Read(Forged.Zip(("any name/data.pkl", pickle), ("any name/byteorder", little),
            ("any name/data/a", new byte[4]))).Tensors.Keys);
        Assert.Contains("expected the byte order 'little'", Fixtures.Refused(
            Forged.Zip(("x/data.pkl", pickle), ("x/byteorder", big), ("x/data/a", new byte[4]))).Message);
        Assert.Contains("no entry x/data/a", Fixtures.Refused(Forged.Zip(("x/data.pkl", pickle))).Message);
        Assert.Contains("5 bytes, expected 1",
            Fixtures.Refused(Forged.Zip(("x/data.pkl", pickle), ("x/data/a", new byte[5]))).Message);
        Assert.Contains("twice", Fixtures.Refused(
            Forged.Zip(("x/data.pkl", pickle), ("x/data/a", new byte[4]), ("x/data/a", new byte[4]))).Message);
        Assert.Contains("2 entries",
            Fixtures.Refused(Forged.Zip(("x/data.pkl", pickle), ("y/data.pkl", pickle))).Message);
        Assert.Contains("0 entries", Fixtures.Refused(Forged.Zip(("x/readme", pickle))).Message);
    }

    [Fact]
    public void Other_kinds_of_file_are_named_for_what_they_are()
    {
        byte[] tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));

        Assert.Contains("tar archive", Fixtures.Refused(tar).Message);
        Assert.Contains("expected torch.save", Fixtures.Refused("hello"u8.ToArray()).Message);
        Assert.Contains("expected torch.save", Fixtures.Refused([]).Message);
        Assert.Contains("magic number", Fixtures.Refused(new PickleWriter().Op('}').Pickle()).Message);
        Assert.Contains("the keys model",
            Fixtures.Refused(Forged.Legacy(new PickleWriter().Op('}').Text("model").Op('}').Op('s').Pickle())).Message);
        Assert.Contains("not a dictionary",
            Fixtures.Refused(Forged.Legacy(new PickleWriter().Op(']').Pickle())).Message);
        Assert.Contains("is empty", Fixtures.Refused(
            Forged.Legacy(new PickleWriter().Op('}').Text("state_dict").Op('}').Op('s').Pickle())).Message);
    }
}
