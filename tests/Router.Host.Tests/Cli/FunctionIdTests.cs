using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>
/// Which of the program's assemblies make a network the function that it is (docs/formats.md, section 7).
/// </summary>
public sealed class FunctionIdTests : IDisposable
{
    private static readonly string Built = Path.GetDirectoryName(OtherProgram.DualRs)!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-function-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_function_id_depends_on_the_assemblies_of_votes_and_of_the_engine_and_on_no_others_of_ours()
    {
        string unchanged = await IdAfterChangesOfAsync("none");
        // The registry's binders, the record verifier, and all else that is ours.
        string[] others =
        [
            "Router.Experts", "Router.Smoothing", "Router.Estimator", "Router.Evaluation", "Router.Training",
            "Router.Data", "dualrs",
        ];
        Assert.Equal(unchanged, await IdAfterChangesOfAsync("others", others));
        Assert.NotEqual(unchanged, await IdAfterChangesOfAsync("votes", "Router.Votes"));
        Assert.NotEqual(unchanged, await IdAfterChangesOfAsync("engine", "Router.Engine"));
    }

    // A copy of the program in which some assemblies were compiled from other code, which their module ids say.
    private async Task<string> IdAfterChangesOfAsync(string name, params string[] assemblies)
    {
        string program = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        foreach (string file in Directory.EnumerateFiles(Built, "*.dll")
            .Concat(Directory.EnumerateFiles(Built, "*.json")))
            File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        Directory.CreateSymbolicLink(Path.Combine(program, "runtimes"), Path.Combine(Built, "runtimes"));
        foreach (string assembly in assemblies) ChangeModuleId(Path.Combine(program, $"{assembly}.dll"));
        string votes = Path.Combine(program, "votes");
        using Process process = Process.Start("dotnet",
        [
            Path.Combine(program, "dualrs.dll"), "votes", "shapes10", "--skip", "99", "--draws", "10",
            "--network", "s050", "-r", Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"),
            "-o", votes, .. Shell.Fast,
        ]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        using JsonDocument terms = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(votes, "s050.votes.json")));
        return terms.RootElement.GetProperty("function").GetString()!;
    }

    private static void ChangeModuleId(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        using PEReader assembly = new(new MemoryStream(bytes));
        MetadataReader metadata = assembly.GetMetadataReader();
        byte[] id = metadata.GetGuid(metadata.GetModuleDefinition().Mvid).ToByteArray();
        int at = bytes.AsSpan().IndexOf(id);
        Assert.True(at > 0);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
