using System.Runtime.InteropServices;

namespace Router.Torch.Tests;

public sealed class ScriptTests : IDisposable
{
    private readonly DisposeScope scope = torch.NewDisposeScope();
    private readonly string path = Path.Combine(PyTorch.Folder, "module.pt");
    private readonly torch.Tensor x = PyTorch.Formula([2, 3, 6, 6], 60);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_TorchScript_file_computes_what_it_did_in_PyTorch()
    {
        using var module = torch.jit.load<torch.Tensor, torch.Tensor>(path);
        module.eval();
        Assert.False(module.training);
        PyTorch.Agrees("module", "eval", module.forward(x));
        PyTorch.Agrees("module", "eval", module.call(x));
        PyTorch.Agrees("module", "eval", module.to(torch.CPU).forward(x));
        PyTorch.Agrees("module", "eval", module.to(torch.float64).forward(x.@double()));
    }

    [Fact]
    public void The_same_bytes_compute_the_same()
    {
        using var module = torch.jit.load<torch.Tensor>(File.ReadAllBytes(path), torch.CPU);
        module.eval();
        PyTorch.Agrees("module", "eval", module.forward(x));
    }

    [Fact]
    public void In_training_dropout_makes_the_results_differ()
    {
        using var module = torch.jit.load<torch.Tensor, torch.Tensor>(path);
        module.train();
        Assert.True(module.training);
        Assert.False(module.forward(x).allclose(module.forward(x)));
    }

    [Fact]
    public void An_exception_of_the_script_is_thrown_with_its_message()
    {
        using var module = torch.jit.load<torch.Tensor, torch.Tensor>(path);
        ExternalException error = Assert.Throws<ExternalException>(() => module.forward(torch.zeros(1, 2, 6, 6)));
        Assert.Contains("this module wants three channels", error.Message);
    }

    [Fact]
    public void A_missing_file_and_one_that_is_no_archive_are_refused()
    {
        Assert.Throws<FileNotFoundException>(() => torch.jit.load<torch.Tensor>(path + ".missing"));
        Assert.Throws<ExternalException>(() => torch.jit.load<torch.Tensor>(new byte[100]));
    }
}
