using System.Runtime.InteropServices;

namespace Router.Experts.Files;

/// <summary>A file that several may want to make at once: one is first, and the others have what it wrote.</summary>
public static partial class FirstFile
{
    /// <summary>Gives a whole file its name, unless another one has it by then; what lay beside is gone.</summary>
    /// <param name="beside">The file, in the same folder.</param>
    /// <param name="path">Its name.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public static void Name(string beside, string path)
    {
        try
        {
            // File.Move looks whether the name is free and renames then, over whoever got it meanwhile.
            if (!OperatingSystem.IsLinux() || link(beside, path) != 0 && !File.Exists(path))
                File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
        }
        finally
        {
            File.Delete(beside);
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string from, string to);
}
