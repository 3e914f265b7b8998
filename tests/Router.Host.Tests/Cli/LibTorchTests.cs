using System.Diagnostics;
using System.Text.RegularExpressions;
using Router.Engine.LibTorch;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

public sealed partial class LibTorchTests : IDisposable
{
    private static readonly string Program = OtherProgram.DualRs;

    private readonly Shell _shell = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Version_names_the_libtorch_that_is_loaded_and_how()
    {
        Outcome outcome = await _shell.RunAsync("--version");
        Assert.Equal((ExitCode.Done, $"{Versions.Program}\n{NativeTorch.Load()}\n"), (outcome.Code, outcome.Out));
    }

    [Fact]
    public void What_can_be_made_again_is_kept_where_the_XDG_specification_says()
    {
        static Surroundings At(string? told) => Surroundings.OfProcess() with
        {
            UserHome = "/home/u", Variable = name => name == "XDG_CACHE_HOME" ? told : null,
        };
        Assert.Equal("/home/u/.cache/dualrs", At(null).CacheFolder);
        Assert.Equal("/home/u/.cache/dualrs", At("").CacheFolder);
        Assert.Equal("/var/cache/dualrs", At("/var/cache").CacheFolder);
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_both_load_libtorch_and_leave_one_copy_at_most()
    {
        string[][] said = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => LinesAsync(Program, "--version")));
        Assert.All(said, lines => Assert.StartsWith("libtorch 2.", lines[1], StringComparison.Ordinal));
        Assert.Equal(said[0], said[1]);
        DirectoryInfo cache = Directory.CreateDirectory(_shell.In("cache"));
        string[] kept = [.. cache.GetFiles("*", SearchOption.AllDirectories).Select(file => file.FullName)];
        Assert.Equal(kept, kept.Where(file => said[0][1].EndsWith($": {file}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_libtorch_that_the_system_would_rather_load_is_not_taken()
    {
        Directory.CreateDirectory(_shell.In("system"));
        foreach (string library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            _shell.Write(Path.Combine("system", library), "no library at all");
        _environment["LD_LIBRARY_PATH"] = _shell.In("system");
        Assert.StartsWith("libtorch 2.", (await LinesAsync(Program, "--version"))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_program_holds_what_it_uses_of_libtorch_once_and_votes_from_a_read_only_folder()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("elsewhere TorchSharp-cpu brings libtorch");
            return;
        }
        string folder = _shell.In("published"), project = Path.Combine(Reference.Root, "src", "Router.Host");
        await LinesAsync("publish", project, "-c", "Release", "--no-build", "-o", folder, "-p:UseAppHost=false");
        FileInfo[] files = new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories);
        Assert.All(files, file => Assert.Null(file.LinkTarget));
        Assert.Equal(
            ["libLibTorchSharp.so", "libc10.so", "libgomp-98b21ff3.so.1", "libtorch.so", "libtorch_cpu.so"],
            files.Select(file => file.Name).Where(name => TorchLibrary().IsMatch(name)).Order(StringComparer.Ordinal));
        foreach (FileInfo file in files)
            file.UnixFileMode &= ~(UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        string registry = Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml");
        (int code, string rate, string errors) = await RunAsync(
            [
                Path.Combine(folder, "dualrs.dll"), "bench", "votes", "--registry", registry, "--expert", "s025", "--n",
                "20", "--batch", "4", "--threads", "1",
            ]);
        Assert.True(code == 0, errors);
        Assert.StartsWith("{\"votesPerSecond\":", rate, StringComparison.Ordinal);
        // What libtorch says at each small convolution where a processor does not say what caches it has.
        Assert.DoesNotContain("NNPACK", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_built_for_PyTorch_loads_its_libtorch_and_votes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "PyTorch's libraries have other names elsewhere");
        string built = Path.GetDirectoryName(Program)!, own = _shell.In("program"), torch = _shell.In("torch");
        string laidOut = Path.Combine(built, "runtimes", "linux-x64", "native");
        foreach (string file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetFileName(file);
            bool isLibTorch = Path.GetDirectoryName(file) == laidOut && name.StartsWith("lib", StringComparison.Ordinal)
                && name is not ("libLibTorchSharp.so" or "libSkiaSharp.so");
            string to = isLibTorch ? Path.Combine(torch, "lib", name)
                : Path.Combine(own, Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            // A program is where the link to it leads.
            if (name is "dualrs.dll" or "dualrs.runtimeconfig.json") File.Copy(file, to);
            else File.CreateSymbolicLink(to, file);
        }
        File.WriteAllText(
            Path.Combine(torch, "version.py"), "__version__ = '2.10.0+cpu'\ngit_version = '449b1768410104d3'\n");
        string settings = Path.Combine(own, "dualrs.runtimeconfig.json");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace(
            "\"configProperties\": {", $"\"configProperties\": {{ \"DualRS.PyTorch\": \"{torch}\",",
            StringComparison.Ordinal));
        string program = Path.Combine(own, "dualrs.dll"), registry = Path.Combine(Reference.Root, "experts.yaml");
        Assert.StartsWith(
            $"libtorch 2.10.0+cpu 449b17684101 of PyTorch in {torch}, by TorchSharp ",
            (await LinesAsync(program, "--version"))[1], StringComparison.Ordinal);
        string[] votes = ["bench", "votes", "--registry", registry, "--expert", "s025", "--n", "20", "--batch", "10"];
        string[] rate = await LinesAsync([program, .. votes]);
        Assert.StartsWith("{\"votesPerSecond\":", rate[0], StringComparison.Ordinal);
        string packed = Path.Combine(own, "runtimes", "linux-x64", "native", "libtorch.so");
        File.CreateSymbolicLink(packed, Path.Combine(laidOut, "libtorch.so"));
        Assert.Contains(
            $"{packed} is beside the program", string.Join('\n', await LinesAsync(program, "--version")),
            StringComparison.Ordinal);
        File.Delete(Path.Combine(torch, "version.py"));
        Assert.Contains(
            $"there is no PyTorch in {torch}: ", string.Join('\n', await LinesAsync(program, "--version")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_bash_dotnet_run_starts_the_program_where_it_is_called()
    {
        string[] run = ["run", "--project", Path.Combine(Reference.Root, "src", "Router.Host"), "-c", "Release",
            "--no-build"];
        Assert.StartsWith(Versions.Program, (await LinesAsync([.. run, "--", "--version"]))[0],
            StringComparison.Ordinal);
        _shell.Write("experts.yaml", "dataset: none");
        Assert.Contains(_shell.In("experts.yaml"), await ErrorsAsync([.. run, "--", "experts", "list"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_launcher_of_tests_that_dotnet_test_starts_is_a_file_and_no_link()
    {
        string launcher = Path.Combine(AppContext.BaseDirectory, "Router.Host.Tests");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere it has another name");
        Assert.True(File.Exists(launcher));
        Assert.Null(new FileInfo(launcher).LinkTarget);
    }

    [GeneratedRegex(@"(?in)(torch|c10|gomp|shm).*\.so", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TorchLibrary();

    private async Task<string[]> LinesAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await RunAsync(arguments);
        Assert.True(code == 0, output + errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<string> ErrorsAsync(params string[] arguments) => (await RunAsync(arguments)).Errors;

    private async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = _shell.Folder, Environment = { ["XDG_CACHE_HOME"] = _shell.In("cache") },
        };
        foreach ((string name, string value) in _environment)
            start.Environment[name] = value;
        return await OtherProgram.RunAsync(start);
    }
}
