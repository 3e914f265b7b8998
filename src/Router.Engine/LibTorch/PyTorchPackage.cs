using System.Text.RegularExpressions;

namespace Router.Engine.LibTorch;

/// <summary>
/// An installed PyTorch package (Python's), whose libtorch serves in place of the packed one: with CUDA, where it was
/// built for it.
/// </summary>
/// <param name="Folder">
/// Where Python's <c>torch</c> lies: <c>python3 -c "import torch; print(torch.__path__[0])"</c>.
/// </param>
/// <param name="Version">Its version and the revision it was built from: <c>2.11.0+cu130 70d99e998b4a</c>.</param>
internal sealed partial record PyTorchPackage(string Folder, string Version)
{
    /// <summary>Where a build keeps the folder, in its runtime configuration: <c>./dualrs setup pytorch</c>.</summary>
    public const string Setting = "DualRS.PyTorch";

    // TorchSharp 0.107 calls C++ functions of 2.10. 2.11 ran (docs/performance.md); of others nobody knows.
    private const string Known = "2.10 and 2.11";

    private const int RevisionLength = 12;

    private static readonly string[] OfCuda = ["libc10_cuda.so", "libtorch_cuda.so"];

    // Each needs those before it.
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", .. OfCuda, "libtorch.so"];

    /// <summary>Its libraries, in the order they are loaded; those of CUDA where it has them.</summary>
    public IEnumerable<string> Files => Libraries
        .Where(name => !OfCuda.Contains(name) || File.Exists(PathOf(name))).Select(PathOf);

    /// <summary>Reads what a package says of itself.</summary>
    /// <param name="folder">Where it is.</param>
    /// <exception cref="DllNotFoundException">
    /// There is none, or not all of it, or it is of another version than those that are taken.
    /// </exception>
    public static PyTorchPackage In(string folder)
    {
        string said = Path.Combine(folder, "version.py");
        if (!File.Exists(said))
            throw new DllNotFoundException($"there is no PyTorch in {folder}: {said} is missing; its folder is what "
                + "python3 -c \"import torch; print(torch.__path__[0])\" says, and ./dualrs setup pytorch takes it");
        string text = File.ReadAllText(said);
        string version = Said(VersionLine(), text), revision = Said(RevisionLine(), text);
        if (!VersionForm().IsMatch(version))
            throw new DllNotFoundException(
                $"the PyTorch in {folder} is of version {version}: accepted are {Known}, or the packed libtorch "
                + "(./dualrs setup)");
        PyTorchPackage package =
            new(folder, $"{version} {revision[..Math.Min(RevisionLength, revision.Length)]}".TrimEnd());
        return package.Files.FirstOrDefault(file => !File.Exists(file)) is { } missing
            ? throw new DllNotFoundException($"{missing} is missing: PyTorch is to be installed again") : package;
    }

    private string PathOf(string library) => Path.Combine(Folder, "lib", library);

    private static string Said(Regex line, string text) => line.Match(text).Groups["value"].Value;

    [GeneratedRegex(@"^2\.1[01]\.[0-9]+(\+[a-z0-9.]+)?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VersionForm();

    [GeneratedRegex(@"^__version__ *(: *str *)?= *['""](?<value>[^'""]*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^git_version *(: *str *)?= *['""](?<value>[^'""]*)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RevisionLine();
}
