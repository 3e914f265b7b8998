using Router.Training.Runs;

namespace Router.Training.Tests.Runs;

public sealed class TrainingDeviceTests
{
    [Theory]
    [InlineData("cpu", "fma avx2 avx512f amx_tile amx_bf16 amx_int8", Precision.BFloat16)]
    [InlineData("cpu", "fma avx2 avx512f avx512_bf16 avx512_fp16", Precision.Float32)]
    [InlineData("cpu", "fma avx2 avx512f amx_tile amx_int8", Precision.Float32)]
    [InlineData("cpu", "", Precision.Float32)]
    [InlineData("cuda:0", "fma avx2", Precision.BFloat16)]
    public void BFloat16_is_fastest_on_a_gpu_and_where_a_cpu_multiplies_tiles_of_it(
        string device, string flags, Precision fastest) =>
        Assert.Equal(fastest, TrainingDevice.FastestPrecision(device, flags));
}
