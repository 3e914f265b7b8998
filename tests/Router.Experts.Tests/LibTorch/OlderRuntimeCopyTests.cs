using Router.Engine.LibTorch;

namespace Router.Experts.Tests.LibTorch;

public sealed class OlderRuntimeCopyTests : IDisposable
{
    private static readonly string Original =
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-libtorch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Copy_differs_in_the_strength_of_one_symbol_and_of_one_version_and_in_nothing_else()
    {
        byte[] original = File.ReadAllBytes(Original), copy = File.ReadAllBytes(OlderRuntimeCopy.Of(Original, _folder));
        ElfMarks marks = new(original);
        int symbol = marks.SymbolInfo("_ZSt21ios_base_library_initv"), version = marks.VersionFlags("GLIBCXX_3.4.32");
        const byte Function = 2, Global = 1 << 4, Weak = 2 << 4, WeakVersion = 2;
        Assert.Equal((Global | Function, 0), (original[symbol], original[version]));
        Assert.Equal((Weak | Function, WeakVersion), (copy[symbol], copy[version]));
        Assert.Equal(original.Length, copy.Length);
        Assert.Equal([symbol, version], Enumerable.Range(0, original.Length).Where(i => original[i] != copy[i]));
    }

    [Fact]
    public void A_second_start_uses_the_copy_and_writes_nothing()
    {
        string first = OlderRuntimeCopy.Of(Original, _folder);
        DateTime written = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(first, written);
        // Nor does it need the original again.
        Assert.Equal(first, OlderRuntimeCopy.Of(Path.Combine(_folder, Path.GetFileName(Original)), _folder));
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        Assert.Equal([first], Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(-1)]
    public void A_copy_that_is_not_what_was_written_is_written_anew(int length)
    {
        string path = OlderRuntimeCopy.Of(Original, _folder);
        byte[] whole = File.ReadAllBytes(path);
        byte[] damaged = length < 0 ? [.. whole] : whole[..length];
        if (length < 0) damaged[^1] ^= 1;
        File.WriteAllBytes(path, damaged);
        Assert.Equal(path, OlderRuntimeCopy.Of(Original, _folder));
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_foreign_or_damaged_original_is_refused_by_name_and_nothing_is_written()
    {
        string cache = Path.Combine(_folder, "cache");
        byte[] damaged = File.ReadAllBytes(Original), foreign = File.ReadAllBytes(typeof(object).Assembly.Location);
        damaged[damaged.Length / 2] ^= 1;
        foreach (byte[] bytes in (byte[][])[damaged, damaged[..100], [], foreign])
        {
            string path = Path.Combine(_folder, "libLibTorchSharp.so");
            File.WriteAllBytes(path, bytes);
            DllNotFoundException fault = Assert.Throws<DllNotFoundException>(() => OlderRuntimeCopy.Of(path, cache));
            Assert.StartsWith($"{path} is not the file of TorchSharp ", fault.Message, StringComparison.Ordinal);
            Assert.False(Path.Exists(cache));
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_with_the_way_out()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        IOException fault = Assert.Throws<IOException>(() => OlderRuntimeCopy.Of(Original, file));
        Assert.Contains($"cannot be kept in {file}: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Set XDG_CACHE_HOME to a folder that can be written", fault.Message, StringComparison.Ordinal);
    }
}
