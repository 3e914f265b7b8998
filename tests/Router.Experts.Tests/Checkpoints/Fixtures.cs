using System.Text.Json;
using Router.Experts.Checkpoints;
using Tests;

namespace Router.Experts.Tests.Checkpoints;

/// <summary>The files that PyTorch 1.13 wrote (fixtures/make.py), and what PyTorch says of them.</summary>
internal static class Fixtures
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static string Folder { get; } = Path.Combine(
        Reference.Root, "tests", "Router.Experts.Tests", "Checkpoints", "fixtures");

    public static IReadOnlyDictionary<string, ExpectedTensor[]> Expected { get; } = Load<Dictionary<string,
        ExpectedTensor[]>>("expected.json");

    public static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Folder, file));

    public static Checkpoint Read(string file) => CheckpointFile.Read(Path.Combine(Folder, file));

    public static T Load<T>(string file) => JsonSerializer.Deserialize<T>(Bytes(file), Json)!;

    public static Checkpoint Read(byte[] content, string name = "forged")
    {
        using MemoryStream stream = new(content, writable: false);
        return CheckpointFile.Read(stream, name);
    }

    public static CheckpointException Refused(byte[] content) =>
        Assert.Throws<CheckpointException>(() => Read(content));
}

internal sealed record ExpectedTensor(string Name, string Dtype, long[] Shape, string Bytes, string Sha256);
