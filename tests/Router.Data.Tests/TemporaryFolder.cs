namespace Router.Data.Tests;

/// <summary>A folder that is gone when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("dualrs-data-").FullName;

    internal string Folder(params string[] names) => Directory.CreateDirectory(Inside(names)).FullName;

    internal string File(byte[] bytes, params string[] names)
    {
        string path = Inside(names);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    internal string Inside(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
