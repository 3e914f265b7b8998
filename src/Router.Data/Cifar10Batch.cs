namespace Router.Data;

/// <summary>One file of CIFAR-10 records, in memory.</summary>
internal sealed class Cifar10Batch
{
    private const int LabelLength = 1;
    private static readonly ImageShape Shape = DataSetKind.Cifar10.Shape;
    private static readonly int RecordLength = LabelLength + Shape.Length;

    private readonly byte[] bytes;

    private Cifar10Batch(byte[] bytes) => this.bytes = bytes;

    internal static Cifar10Batch Read(string path, int records)
    {
        long length = new FileInfo(path).Length, want = (long)records * RecordLength;
        if (length != want)
        {
            (long record, long offset) = Math.DivRem(length, RecordLength);
            string end = offset == 0 ? $"ends after {record} records" : $"ends {offset} bytes into record {record}";
            throw new InvalidDataException(
                $"{path}: {length} bytes, {end}; want {want} bytes: {records} records of {RecordLength}");
        }
        var batch = new Cifar10Batch(File.ReadAllBytes(path));
        int classes = DataSetKind.Cifar10.ClassCount;
        for (int record = 0; record < records; record++)
            if (batch.Label(record) >= classes)
                throw new InvalidDataException($"{path}: record {record} at offset {record * RecordLength} has label "
                    + $"{batch.Label(record)}, want 0 to {classes - 1}");
        return batch;
    }

    internal int Label(int record) => bytes[record * RecordLength];

    internal Image8 Image(int record) => new(Shape, bytes.AsMemory(record * RecordLength + LabelLength, Shape.Length));
}
