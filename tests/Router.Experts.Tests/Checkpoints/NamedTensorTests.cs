using Router.Engine;

namespace Router.Experts.Tests.Checkpoints;

public sealed class NamedTensorTests
{
    [Theory]
    [InlineData(new long[] { 2, 3 }, 24)]
    [InlineData(new long[] { }, 4)]
    [InlineData(new long[] { 0, 3 }, 0)]
    [InlineData(new[] { long.MaxValue, long.MaxValue, 0 }, 0)]
    public void A_shape_has_its_bytes(long[] shape, int bytes) =>
        Assert.Equal(bytes, new NamedTensor("w", ElementType.Float32, [.. shape], new byte[bytes]).Bytes.Length);

    [Theory]
    [InlineData(new long[] { 2, 3 }, 20)]
    [InlineData(new long[] { -2, -3 }, 24)]
    [InlineData(new[] { 1L << 32, 1L << 32 }, 0)]
    [InlineData(new[] { 1L << 61, 2L }, 0)]
    public void Another_number_of_bytes_is_refused(long[] shape, int bytes) =>
        Assert.Throws<ArgumentException>(() => new NamedTensor("w", ElementType.Float32, [.. shape], new byte[bytes]));
}
