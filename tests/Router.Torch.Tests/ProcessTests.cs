namespace Router.Torch.Tests;

public sealed class ProcessTests
{
    [Fact]
    public void Devices_are_named_as_in_PyTorch()
    {
        Assert.Equal("cuda:1", new torch.Device("cuda:1").ToString());
        Assert.Equal(DeviceType.CUDA, new torch.Device("cuda").type);
        Assert.Equal(DeviceType.CPU, torch.device("cpu").type);
        Assert.Throws<ArgumentException>(() => new torch.Device("abacus"));
    }

    [Fact]
    public void Without_a_cuda_device_asking_for_one_says_so()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "needs a machine without a CUDA device");
        Assert.Equal(0, torch.cuda.device_count());
        Assert.Throws<InvalidOperationException>(() => torch.zeros(2, device: "cuda"));
        using torch.Tensor x = torch.zeros(2);
        Assert.Throws<InvalidOperationException>(() => x.cuda());
    }

    [Fact]
    public void Settings_read_back_what_was_set()
    {
        int threads = torch.get_num_threads();
        torch.set_num_threads(3);
        Assert.Equal(3, torch.get_num_threads());
        torch.set_num_threads(threads);

        bool tf32 = torch.backends.cudnn.allow_tf32;
        torch.backends.cudnn.allow_tf32 = !tf32;
        Assert.Equal(!tf32, torch.backends.cudnn.allow_tf32);
        torch.backends.cudnn.allow_tf32 = tf32;

        bool matmul = torch.backends.cuda.matmul.allow_tf32;
        torch.backends.cuda.matmul.allow_tf32 = !matmul;
        Assert.Equal(!matmul, torch.backends.cuda.matmul.allow_tf32);
        torch.backends.cuda.matmul.allow_tf32 = matmul;
    }

    [Fact]
    public void The_version_is_at_least_the_oldest_supported() =>
        Assert.True(Version.Parse(torch.__version__.Split('+', 'a')[0]) >= new Version(1, 13));
}
