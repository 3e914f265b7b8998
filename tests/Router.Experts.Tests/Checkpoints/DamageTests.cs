using Router.Experts.Checkpoints;

namespace Router.Experts.Tests.Checkpoints;

/// <summary>
/// Whatever happens to a file, it is read or refused: no other exception, no hang, no memory out of proportion.
/// </summary>
public sealed class DamageTests
{
    private const int Mutations = 2000;

    public static TheoryData<string> Files =>
        ["smoothing.legacy.pth", "smoothing.zip.pth", "python2.legacy.pth", "numpy.legacy.pth", "protocol4.legacy.pth",
            "views.zip.pth", "plain.safetensors"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_truncation_is_refused(string file)
    {
        byte[] whole = Fixtures.Bytes(file);

        Assert.NotEmpty(Fixtures.Read(whole).Tensors);
        for (int length = 0; length < whole.Length; length++)
            Assert.InRange(Fixtures.Refused(whole[..length]).Offset, 0, length);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_mutation_is_read_or_refused_in_proportionate_memory(string file)
    {
        byte[] whole = Fixtures.Bytes(file);
        ulong state = 0x9e3779b97f4a7c15; // xorshift64 (Marsaglia 2003)
        ulong Draw()
        {
            state ^= state << 13;
            state ^= state >> 7;
            return state ^= state << 17;
        }

        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] damaged = [.. whole];
            for (ulong changes = 1 + Draw() % 4; changes > 0; changes--)
                damaged[Draw() % (ulong)damaged.Length] = (byte)Draw();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Fixtures.Read(damaged);
            }
            catch (CheckpointException)
            {
                refused++;
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        }
        Assert.InRange(refused, Mutations / 10, Mutations - 1);
    }
}
