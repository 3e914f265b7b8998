using Router.Experts.Loading;
using Router.Experts.Registry;

namespace Router.Experts.Tests.Loading;

public sealed class NumberFormatTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-format-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("cuda:0", "cifar_resnet20", "standardize", torch.ScalarType.Float16)]
    [InlineData("cuda:0", "torchscript", "standardize\n    trust: true", torch.ScalarType.Float32)]
    // Of bfloat16 on a processor with AMX.
    [InlineData("cpu", "torchscript", "standardize\n    trust: true", torch.ScalarType.Float32)]
    public void On_a_GPU_auto_is_half_precision_but_nowhere_of_scripts_that_may_hold_constants_of_their_own(
        string device, string architecture, string input, torch.ScalarType expected)
    {
        NetworkConfig network = BundledRegistry.Single(
            _folder.FullName, BundledRegistry.Weights("noise_0.25"), input, architecture).Networks.Single();
        Assert.Equal(expected, NumberFormat.Of(ComputeType.Auto, network, device));
        Assert.Equal(torch.ScalarType.Float32, NumberFormat.Of(ComputeType.Float32, network, device));
    }
}
