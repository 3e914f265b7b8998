using Router.Data;

namespace Router.Host.Tests.Train;

/// <summary>
/// CIFAR-10's files with images of arithmetic, brighter where the label is higher: the first 128 of the train split and
/// its last 24; all others are black, of class 0.
/// </summary>
internal static class FakeCifar
{
    public const int Images = 128, Last = 24;

    private const int RecordLength = 1 + 3 * 32 * 32, Records = 10_000;

    /// <summary>
    /// Writes them into a folder that <c>DUALRS_DATA</c> may name. Black images take no room on most disks.
    /// </summary>
    public static void Write(string folder)
    {
        string inner = Directory.CreateDirectory(Path.Combine(folder, Cifar10.FolderName)).FullName;
        File.WriteAllLines(Path.Combine(inner, "batches.meta.txt"), DataSetKind.Cifar10.LabelNames);
        foreach (string file in Cifar10.Files(Cifar10Split.Train).Concat(Cifar10.Files(Cifar10Split.Test)))
        {
            using FileStream stream = new(Path.Combine(inner, file), FileMode.Create);
            stream.SetLength((long)Records * RecordLength);
            if (file == Cifar10.Files(Cifar10Split.Train)[0])
                WriteImages(stream, Images);
            if (file == Cifar10.Files(Cifar10Split.Train)[^1])
            {
                stream.Position = (Records - Last) * (long)RecordLength;
                WriteImages(stream, Last);
            }
        }
    }

    private static void WriteImages(FileStream stream, int count)
    {
        for (int i = 0; i < count; i++)
        {
            stream.WriteByte((byte)(i % 10));
            stream.Write(
                [.. Enumerable.Range(0, RecordLength - 1).Select(p => (byte)(20 * (i % 10) + (37 * p + 11 * i) % 60))]);
        }
    }
}
