using Router.Engine.LibTorch;

namespace Router.Experts.Tests.LibTorch;

public sealed class PyTorchPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-pytorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // As torch/version.py of PyTorch 2.11.0 for CUDA 13 stands.
    [Theory]
    [InlineData("2.11.0+cu130", "70d99e998b4955e0049d13a98d77ae1b14db1f45", "2.11.0+cu130 70d99e998b49")]
    [InlineData("2.10.1", "449b1768410104d3ed79d3bcfe4ba1d65c7f22c0", "2.10.1 449b17684101")]
    public void A_package_says_version_and_revision_and_its_libraries_come_each_behind_what_it_needs(
        string version, string revision, string said)
    {
        Write(version, revision);
        Lay("libtorch.so", "libtorch_cuda.so", "libtorch_cpu.so", "libc10_cuda.so", "libc10.so", "libshm.so");
        PyTorchPackage package = PyTorchPackage.In(_folder);
        Assert.Equal(said, package.Version);
        Assert.Equal(
            ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"],
            package.Files.Select(Path.GetFileName));
    }

    [Fact]
    public void A_package_without_CUDA_has_three_libraries()
    {
        Write("2.10.0+cpu", "449b1768410104d3ed79d3bcfe4ba1d65c7f22c0");
        Lay("libtorch.so", "libtorch_cpu.so", "libc10.so");
        Assert.Equal(
            ["libc10.so", "libtorch_cpu.so", "libtorch.so"],
            PyTorchPackage.In(_folder).Files.Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("2.9.1+cu128")]
    [InlineData("2.12.0")]
    [InlineData("2.11.0a0+git12")]
    [InlineData("2.110.0")]
    [InlineData("")]
    public void A_version_that_TorchSharp_was_not_seen_to_work_with_is_refused(string version)
    {
        Write(version, "70d99e998b4955e0049d13a98d77ae1b14db1f45");
        DllNotFoundException fault = Assert.Throws<DllNotFoundException>(() => PyTorchPackage.In(_folder));
        Assert.Equal($"the PyTorch in {_folder} is of version {version}: accepted are 2.10 and 2.11, or the packed "
            + "libtorch (./dualrs setup)", fault.Message);
    }

    [Fact]
    public void A_library_that_is_missing_is_named_and_none_is_taken_from_elsewhere()
    {
        Write("2.11.0+cu130", "70d99e998b4955e0049d13a98d77ae1b14db1f45");
        Lay("libtorch.so", "libc10.so", "libtorch_cuda.so");
        Assert.Equal(
            $"{_folder}/lib/libtorch_cpu.so is missing: PyTorch is to be installed again",
            Assert.Throws<DllNotFoundException>(() => PyTorchPackage.In(_folder)).Message);
    }

    [Fact]
    public void A_folder_without_PyTorch_is_named_with_the_way_to_find_it()
    {
        DllNotFoundException fault = Assert.Throws<DllNotFoundException>(() => PyTorchPackage.In(_folder));
        Assert.StartsWith(
            $"there is no PyTorch in {_folder}: {_folder}/version.py is missing", fault.Message,
            StringComparison.Ordinal);
    }

    private void Lay(params string[] libraries)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "lib")).FullName;
        foreach (string library in libraries) File.WriteAllText(Path.Combine(folder, library), "");
    }

    private void Write(string version, string revision) => File.WriteAllText(
        Path.Combine(_folder, "version.py"),
        $"""
        from typing import Optional

        __all__ = ['__version__', 'debug', 'cuda', 'git_version', 'hip', 'rocm', 'xpu']
        __version__ = '{version}'
        debug = False
        cuda: Optional[str] = '13.0'
        git_version = '{revision}'
        hip: Optional[str] = None

        """);
}
