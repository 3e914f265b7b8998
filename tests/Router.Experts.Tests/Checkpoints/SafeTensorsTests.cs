using System.Text;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Checkpoints;

namespace Router.Experts.Tests.Checkpoints;

public sealed class SafeTensorsTests
{
    private static byte[] File(string header, int data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes(json.LongLength), .. json, .. new byte[data]];
    }

    private static byte[] Written(
        IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    [Theory]
    [InlineData("types.legacy.pth")]
    [InlineData("views.zip.pth")]
    [InlineData("smoothing.legacy.pth")]
    [InlineData("plain.safetensors")]
    public void What_is_written_is_read_back(string file)
    {
        Checkpoint original = Fixtures.Read(file);

        Checkpoint back = Fixtures.Read(Written(original.Tensors.Values, original.Metadata));

        Assert.Equal(original.Metadata.OrderBy(m => m.Key, StringComparer.Ordinal), back.Metadata);
        Assert.Equal(original.Tensors.Keys.Order(StringComparer.Ordinal),
            back.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (NamedTensor tensor in original.Tensors.Values)
        {
            Assert.Equal(tensor.Type, back.Tensors[tensor.Name].Type);
            Assert.Equal(tensor.Shape, back.Tensors[tensor.Name].Shape);
            Assert.Equal(tensor.Bytes.ToArray(), back.Tensors[tensor.Name].Bytes.ToArray());
        }
    }

    [Fact]
    public void The_same_content_is_the_same_file_in_whatever_order_it_comes()
    {
        Checkpoint types = Fixtures.Read("types.legacy.pth");
        Dictionary<string, string> metadata = new() { ["b"] = "2", ["a"] = "1" };

        byte[] forward = Written(types.Tensors.Values, metadata);
        byte[] backward = Written(types.Tensors.Values.Reverse(), metadata.Reverse().ToDictionary());

        Assert.Equal(forward, backward);
        Assert.Equal(0, BitConverter.ToInt64(forward) % 8);
    }

    [Fact]
    public void The_layout_is_the_published_one() =>
        Assert.Equal(
            [
                88, 0, 0, 0, 0, 0, 0, 0,
                .. """{"__metadata__":{"k":"v"},"w":{"dtype":"I16","shape":[2,1],"data_offsets":[0,4]}}       """u8,
                1, 0, 2, 0,
            ],
            Written([new("w", ElementType.Int16, [2, 1], new byte[] { 1, 0, 2, 0 })], new Dictionary<string,
                string> { ["k"] = "v" }));

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_beside_it()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string path = Path.Combine(folder.FullName, "w.safetensors");
            NamedTensor tensor = new("w", ElementType.UInt8, [1], new byte[1]);
            SafeTensors.Write(path, [tensor]);
            byte[] first = System.IO.File.ReadAllBytes(path);

            Assert.Throws<ArgumentException>(() => SafeTensors.Write(path, [tensor, tensor]));
            Assert.Throws<ArgumentException>(
                () => SafeTensors.Write(path, [new("__metadata__", ElementType.UInt8, [1], new byte[1])]));
            Assert.Equal(first, System.IO.File.ReadAllBytes(path));

            SafeTensors.Write(path, [new("v", ElementType.UInt8, [2], new byte[2])]);
            Assert.Equal(["v"], CheckpointFile.Read(path).Tensors.Keys);
            Assert.Equal([path], Directory.GetFiles(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":"""
        + """[4,8]}}""", 8, "'w' occurs twice")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4,
        "'a' occurs twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4,
        "'__metadata__' occurs twice")]
    [InlineData("""{"__metadata__":{"a":1},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4,
        "expected String, found Number")]
    [InlineData(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":"""
        + """[2,6]}}""", 8, "without gaps")]
    [InlineData(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":"""
        + """[0,4]}}""", 4, "without gaps")]
    [InlineData(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":"""
        + """[8,12]}}""", 12, "without gaps")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "only 4 bytes are left")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes follow the last tensor")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "does not take the bytes 0 to 4")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "does not take the bytes 4 to 0")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "does not take")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "expected an integer")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "expected an integer")]
    [InlineData("""{"w":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, "dtype 'F8_E4M3', expected F32, ")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1]}}""", 4, "lacks one of")]
    [InlineData("""{"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "(again)")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "has 'x' (again)")]
    [InlineData("""{"w":[]}""", 0, "expected StartObject, found StartArray")]
    [InlineData("""{"w":""", 0, "not JSON")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} x""", 4, "not JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not JSON")]
    [InlineData("""{}""", 0, "names no tensors")]
    public void A_wrong_header_is_explained(string header, int data, string why) =>
        Assert.Contains(why, Fixtures.Refused(File(header, data)).Message);

    [Fact]
    public void A_header_that_is_too_long_is_refused_before_it_is_read()
    {
        byte[] beyondFile = File("""{"w":{}}""", 0), beyondFormat = [.. beyondFile], negative = [.. beyondFile];
        BitConverter.TryWriteBytes(beyondFile, 9L);
        BitConverter.TryWriteBytes(beyondFormat, 100_000_001L);
        BitConverter.TryWriteBytes(negative, -1L);

        Assert.Contains("only 8 bytes are left", Fixtures.Refused(beyondFile).Message);
        Assert.Contains("the format allows 100000000", Fixtures.Refused(beyondFormat).Message);
        Assert.Contains("the format allows 100000000", Fixtures.Refused(negative).Message);
    }
}
