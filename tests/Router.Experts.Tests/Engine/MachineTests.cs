using Router.Engine;

namespace Router.Experts.Tests.Engine;

public sealed class MachineTests
{
    [Theory]
    [InlineData("GenuineIntel", "fma avx2 avx512f amx_tile amx_bf16 amx_int8", true)]
    [InlineData("GenuineIntel", "fma avx2 avx512f avx512_bf16 avx512_fp16", false)]
    [InlineData("GenuineIntel", "fma avx2 avx512f amx_tile amx_int8", false)]
    [InlineData("AuthenticAMD", "fma avx2 avx512f avx512_bf16", true)]
    [InlineData("AuthenticAMD", "fma avx2 avx512f", false)]
    [InlineData("", "", false)]
    public void BFloat16_is_faster_by_tiles_and_by_the_vectors_of_AMD(string vendor, string flags, bool faster) =>
        Assert.Equal(faster, Machine.IsFasterInBFloat16(vendor, flags.Split(' ')));
}
