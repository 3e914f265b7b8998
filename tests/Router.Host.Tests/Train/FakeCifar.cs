using Router.Data;

namespace Router.Host.Tests.Train;

/// <summary>CIFAR-10's files with 128 images of arithmetic at the beginning of the train split, brighter where the label is higher; all others are black, of class 0.</summary>
internal static class FakeCifar
{
    public const int Images = 128;

    private const int RecordLength = 1 + 3 * 32 * 32, Records = 10_000;

    /// <summary>Writes them into a folder that <c>DUALRS_DATA</c> may name. Black images take no room on most disks.</summary>
    public static void Write(string folder)
    {
        string inner = Directory.CreateDirectory(Path.Combine(folder, Cifar10.FolderName)).FullName;
        File.WriteAllLines(Path.Combine(inner, "batches.meta.txt"), DataSetKind.Cifar10.LabelNames);
        foreach (string file in Cifar10.Files(Cifar10Split.Train).Concat(Cifar10.Files(Cifar10Split.Test)))
        {
            using FileStream stream = new(Path.Combine(inner, file), FileMode.Create);
            if (file == Cifar10.Files(Cifar10Split.Train)[0])
                for (int i = 0; i < Images; i++)
                {
                    stream.WriteByte((byte)(i % 10));
                    stream.Write([.. Enumerable.Range(0, RecordLength - 1).Select(p => (byte)(20 * (i % 10) + (37 * p + 11 * i) % 60))]);
                }
            stream.SetLength((long)Records * RecordLength);
        }
    }
}
