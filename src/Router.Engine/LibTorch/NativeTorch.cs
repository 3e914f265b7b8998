using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

#pragma warning disable RS0030 // this is where libtorch is loaded first
namespace Router.Engine.LibTorch;

/// <summary>
/// The native side of TorchSharp, loaded once a process before it is first needed. All first uses come through here:
/// left to itself TorchSharp copies half a gigabyte before it says that a library is missing.
/// </summary>
public static class NativeTorch
{
    private const string Binding = "libLibTorchSharp.so", LaidOutIn = "runtimes/linux-x64/native";

    // Each needs those before it.
    private static readonly string[] Core = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lock Loading = new();
    private static string? _loaded;
    private static PyTorchPackage? _package;

    /// <summary>Where the copy for an older C++ runtime is kept; until told, <c>~/.cache/dualrs</c>.</summary>
    public static string CacheFolder { get; set; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "dualrs");

    /// <summary>The libtorch that is loaded: its version, and of an installed PyTorch the revision too.</summary>
    /// <exception cref="DllNotFoundException">libtorch does not load.</exception>
    public static string Version
    {
        get
        {
            Load();
            return _package?.Version ?? torch.__version__;
        }
    }

    /// <summary>Whether there is a CUDA device, and a libtorch that uses it.</summary>
    /// <exception cref="DllNotFoundException">libtorch does not load.</exception>
    public static bool HasCuda
    {
        get
        {
            Load();
            return torch.cuda.is_available();
        }
    }

    /// <summary>A device by its name.</summary>
    /// <param name="name">cpu, or cuda:N.</param>
    /// <exception cref="DllNotFoundException">libtorch does not load.</exception>
    public static torch.Device Device(string name)
    {
        Load();
        return torch.device(name);
    }

    /// <summary>Sets the threads of every operation on the CPU. Another number gives other last bits.</summary>
    /// <param name="threads">≥ 1.</param>
    /// <exception cref="DllNotFoundException">libtorch does not load.</exception>
    public static void UseThreads(int threads)
    {
        Load();
        torch.set_num_threads(threads);
    }

    /// <summary>Loads libtorch and TorchSharp's binding to it, where that was not done before.</summary>
    /// <returns>What is loaded, in words; a copy for an older C++ runtime is named.</returns>
    /// <exception cref="DllNotFoundException">
    /// A library is missing, damaged, or made for a newer system: which, and what helps.
    /// </exception>
    /// <exception cref="IOException">The copy for an older C++ runtime cannot be written.</exception>
    public static string Load()
    {
        lock (Loading)
        {
            if (_loaded is not null) return _loaded;
            string how = LoadNative();
            if (OperatingSystem.IsLinux() && !Machine.TellsCaches) LeaveNnpackOut();
            string binding = typeof(torch).Assembly.GetName().Version!.ToString(3);
            string whose = _package is null ? "" : $" of PyTorch in {_package.Folder},";
            return _loaded = $"libtorch {_package?.Version ?? torch.__version__}{whose} by TorchSharp {binding}{how}";
        }
    }

    // Of other systems TorchSharp finds the libraries where their packages put them.
    private static string LoadNative()
    {
        _package = AppContext.GetData(PyTorchPackage.Setting) is string { Length: > 0 } folder
            ? PyTorchPackage.In(folder) : null;
        if (!OperatingSystem.IsLinux())
            return _package is null ? "" : throw new DllNotFoundException(
                "libtorch of an installed PyTorch is loaded on Linux alone: build again (./dualrs setup)");
        if (_package is not null && Folders.Select(each => Path.Combine(each, Core[^1])).FirstOrDefault(File.Exists)
            is { } packed)
            throw new DllNotFoundException($"{packed} is beside the program, and would be loaded beside that of "
                + $"PyTorch in {_package.Folder}: publish into an empty folder");
        string? fault;
        // Who asks for a library by its name gets the one that is loaded, whatever else the system has.
        foreach (string library in _package?.Files ?? Core.Select(Find))
            if (!TryLoad(library, out fault)) throw Fault(fault);
        string binding = Find(Binding);
        if (TryLoad(binding, out fault)) return "";
        if (!fault.Contains($"`{OlderRuntimeCopy.Missing}' not found", StringComparison.Ordinal)) throw Fault(fault);
        string copy = OlderRuntimeCopy.Of(binding, CacheFolder);
        if (!TryLoad(copy, out fault)) throw Fault(fault);
        return $", its binding a copy that needs no {OlderRuntimeCopy.Missing}: {copy}";
    }

    // It cannot be used where caches are unknown, and libtorch says so anew at every small convolution.
    private static unsafe void LeaveNnpackOut()
    {
        nint library = NativeLibrary.Load(Core[1]);
        if (!NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out nint context)
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out nint enable))
            return;
        ((delegate* unmanaged<nint, byte, void>)enable)(((delegate* unmanaged<nint>)context)(), 0);
    }

    // Where .NET looks for a library, and where a build lays it out.
    private static string[] Folders =>
    [
        .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(
            ':', StringSplitOptions.RemoveEmptyEntries),
        Path.Combine(AppContext.BaseDirectory, LaidOutIn),
    ];

    private static string Find(string library) =>
        Folders.Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists)
        ?? throw new DllNotFoundException(
            $"{library} for {RuntimeInformation.RuntimeIdentifier} is in none of {string.Join(", ", Folders)}: "
            + "build or publish again, on linux-x64");

    private static bool TryLoad(string path, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            NativeLibrary.Load(path);
            fault = null;
            return true;
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            // The runtime's advice comes first, what the loader says last.
            fault = refused.Message.Trim().Split('\n')[^1];
            return false;
        }
    }

    private static DllNotFoundException Fault(string said) => new(
        $"libtorch does not load: {said}. It needs glibc 2.34 and the C++ runtime of GCC 12, or newer ones (Debian 12, "
        + "Ubuntu 22.04: libc6, libstdc++6)");
}
