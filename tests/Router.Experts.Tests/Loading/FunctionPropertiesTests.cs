using System.Security.Cryptography;
using Router.Engine;

namespace Router.Experts.Tests.Loading;

public sealed class FunctionPropertiesTests
{
    private static readonly NamedTensor Bias = new("b", ElementType.Int8, [2], new byte[] { 7, 9 });
    private static readonly NamedTensor Weight = new("a", ElementType.UInt8, [1, 1], new byte[] { 5 });

    [Fact]
    public void The_hash_of_weights_is_of_their_names_types_sizes_and_bytes_in_the_order_of_names()
    {
        byte[] hashed = [.. "a UInt8 1x1\n"u8, 5, .. "b Int8 2\n"u8, 7, 9];
        string expected = Convert.ToHexStringLower(SHA256.HashData(hashed));
        Assert.Equal(expected, FunctionProperties.HashOf([Bias, Weight]));
        Assert.Equal(expected, FunctionProperties.HashOf([Weight, Bias]));
        NamedTensor other = new("b", ElementType.Int8, [2], new byte[] { 7, 8 });
        Assert.NotEqual(expected, FunctionProperties.HashOf([Weight, other]));
    }

    [Fact]
    public void Without_weights_there_is_no_hash() => Assert.Null(FunctionProperties.HashOf([]));
}
