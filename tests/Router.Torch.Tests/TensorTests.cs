using System.Runtime.InteropServices;

namespace Router.Torch.Tests;

public sealed class TensorTests
{
    [Fact]
    public void A_tensor_made_of_an_array_gives_the_array_back_and_says_what_it_is()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = torch.tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        Assert.Equal([2, 3], x.shape);
        Assert.Equal([3, 1], x.stride());
        Assert.Equal(torch.ScalarType.Float32, x.dtype);
        Assert.Equal(DeviceType.CPU, x.device_type);
        Assert.Equal("cpu", x.device.ToString());
        Assert.Equal([1, 2, 3, 4, 5, 6], x.data<float>().ToArray());
        Assert.Equal(6, x.numel());
        Assert.Equal(3, x.size(-1));
    }

    [Fact]
    public void Bytes_are_the_tensor_itself()
    {
        using torch.Tensor x = torch.zeros(4);
        MemoryMarshal.Cast<byte, float>(x.bytes)[2] = 7;
        Assert.Equal([0, 0, 7, 0], x.data<float>().ToArray());
        x.bytes = MemoryMarshal.AsBytes(new float[] { 4, 3, 2, 1 }.AsSpan());
        Assert.Equal([4, 3, 2, 1], x.data<float>().ToArray());
    }

    [Fact]
    public void Bytes_of_a_transposed_tensor_are_refused_and_its_data_are_read_in_order()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = torch.arange(6).reshape(2, 3).t();
        Assert.Throws<InvalidOperationException>(() => x.bytes.Length);
        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>().ToArray());
        Assert.Equal(4, x.data<long>()[1, 1]);
        Assert.Equal([0L, 3, 1, 4, 2, 5], MemoryMarshal.Cast<byte, long>(x.contiguous().bytes).ToArray());
    }

    [Fact]
    public void Reading_another_type_than_the_tensor_holds_is_refused()
    {
        using torch.Tensor x = torch.zeros(2);
        Assert.Throws<ArgumentException>(() => x.data<double>());
        Assert.Throws<ArgumentException>(() => x.item<float>());
    }

    [Fact]
    public void An_error_of_libtorch_carries_its_message_in_one_line()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = torch.zeros(2, 3), y = torch.zeros(4, 5);
        ExternalException error = Assert.Throws<ExternalException>(() => x.matmul(y));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", error.Message);
    }

    [Fact]
    public void A_convolution_keeps_the_channels_last_layout_it_is_given()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor x = torch.ones(2, 3, 8, 8).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        torch.Tensor y = torch.nn.functional.conv2d(x, torch.ones(4, 3, 3, 3), padding: [1]);
        Assert.Equal([2, 4, 8, 8], y.shape);
        Assert.Equal([256, 1, 32, 4], y.stride());
        Assert.Equal(27, y[0, 0][1, 1].ToSingle());
    }
}
