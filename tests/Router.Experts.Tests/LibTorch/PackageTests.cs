using System.Text.Json;
using Router.Engine.LibTorch;
using Tests;

namespace Router.Experts.Tests.LibTorch;

/// <summary>
/// Alone, because it starts a program: until that runs it holds every lock of this process, and a test that opens a
/// file for itself just then is told that the file is in use.
/// </summary>
[CollectionDefinition(nameof(PackageTests), DisableParallelization = true)]
public sealed class PackageCollection;

/// <summary>What the build brings: one libtorch, of the device that was asked for.</summary>
[Collection(nameof(PackageTests))]
public sealed class PackageTests
{
    [Fact]
    public void TorchSharp_and_libtorch_are_those_that_the_certificates_name()
    {
        Assert.Equal(new(0, 107, 0, 0), typeof(torch).Assembly.GetName().Version);
        string expected = $"libtorch {torch.__version__} by TorchSharp 0.107.0";
        Assert.StartsWith(expected, NativeTorch.Load(), StringComparison.Ordinal);
    }

    [Fact]
    public void Libtorch_is_loaded_from_this_program_s_folder_whatever_else_the_system_has()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "asks /proc what is loaded");
        string[] loaded = [.. File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1])
            .Where(path => Path.GetFileName(path).StartsWith("libtorch", StringComparison.Ordinal)).Distinct()];
        string laidOut = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        string[] ours = [.. ((string[])["libtorch.so", "libtorch_cpu.so"])
            .Select(name => File.ResolveLinkTarget(Path.Combine(laidOut, name), returnFinalTarget: true)!.FullName)];
        Assert.Equal(ours, loaded.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("cpu", new[] { "TorchSharp", "libtorch-cpu-linux-x64" })]
    [InlineData("cuda", new[] { "TorchSharp", "TorchSharp-cuda-linux" })]
    [InlineData("pytorch", new[] { "TorchSharp" })]
    public async Task A_build_has_the_libtorch_of_its_device_alone(string device, string[] packages)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere TorchSharp-cpu brings libtorch");
        string project = Path.Combine(global::Tests.Reference.Root, "src", "Router.Engine", "Router.Engine.csproj");
        (_, string said, _) = await OtherProgram.RunAsync(new(
            "dotnet", ["msbuild", project, $"-p:TorchDevice={device}", "-getItem:PackageReference", "-getItem:None"]));
        using JsonDocument items = JsonDocument.Parse(said);
        Assert.Equal(packages, Named("PackageReference", "Identity"));
        string[] used = ["libc10.so", "libgomp-98b21ff3.so.1", "libtorch.so", "libtorch_cpu.so"];
        string[] files = device == "cpu" ? used : [];
        Assert.Equal(files.Select(file => $"runtimes/linux-x64/native/{file}"), Named("None", "Link"));

        IEnumerable<string> Named(string item, string metadata) =>
            items.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray()
                .Select(each => each.TryGetProperty(metadata, out JsonElement value) ? value.GetString()! : "")
                .Where(value => value.Contains("torch", StringComparison.OrdinalIgnoreCase)
                    || value.StartsWith("runtimes/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
    }
}
