using Router.Training.Runs;

namespace Router.Training.Tests.Runs;

public sealed class TrainingDeviceTests
{
    // Of processors Router.Experts.Tests says which (MachineTests).
    [Fact]
    public void BFloat16_is_fastest_on_a_gpu() =>
        Assert.Equal(Precision.BFloat16, TrainingDevice.FastestPrecision("cuda:0"));
}
