namespace Router.Data;

/// <summary>
/// CIFAR-10 in its official binary layout: files of 10 000 records, each one label byte and 3 × 32 × 32 bytes of red,
/// green and blue planes (https://www.cs.toronto.edu/~kriz/cifar.html, "Binary version"). A split is checked and kept
/// in memory (test 31 MB, train 154 MB).
/// </summary>
public sealed class Cifar10 : DataSet
{
    /// <summary>The folder the official archive unpacks to.</summary>
    public const string FolderName = "cifar-10-batches-bin";

    private const string LabelFile = "batches.meta.txt";
    private const int RecordsPerFile = 10_000;

    private readonly Cifar10Batch[] batches;

    private Cifar10(Cifar10Split split, Cifar10Batch[] batches)
        : base($"{DataSetKind.Cifar10.Name} {(split == Cifar10Split.Train ? "train" : "test")}",
            DataSetKind.Cifar10.Shape, DataSetKind.Cifar10.LabelNames)
    {
        this.batches = batches;
    }

    /// <inheritdoc/>
    public override int Count => batches.Length * RecordsPerFile;

    /// <summary>The files of a split, in the order their images are numbered.</summary>
    public static IReadOnlyList<string> Files(Cifar10Split split) => split == Cifar10Split.Test
        ? ["test_batch.bin"]
        : ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    /// <summary>Opens one split and checks all of it.</summary>
    /// <param name="folder">A folder that is, or contains, <see cref="FolderName"/>.</param>
    /// <param name="split">Which half.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">A file of the split is missing; the message names it.</exception>
    /// <exception cref="InvalidDataException">
    /// A file has another size or holds a label above 9; the message names file, record and offset.
    /// </exception>
    public static Cifar10 Open(string folder, Cifar10Split split)
    {
        string inner = Path.Combine(folder, FolderName);
        string batchFolder = Directory.Exists(inner) ? inner : folder;
        if (!Directory.Exists(batchFolder))
            throw new DirectoryNotFoundException(
                $"{folder}: no such folder, want one that is or contains {FolderName}");
        CheckLabelNames(Existing(batchFolder, LabelFile));
        return new Cifar10(split,
            [.. Files(split).Select(file => Cifar10Batch.Read(Existing(batchFolder, file), RecordsPerFile))]);
    }

    private protected override LabelledImage ReadAt(int index)
    {
        Cifar10Batch batch = batches[index / RecordsPerFile];
        int record = index % RecordsPerFile;
        return new LabelledImage(index, batch.Image(record), batch.Label(record));
    }

    private static string Existing(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path}: missing; CIFAR-10's binary version consists of {LabelFile}, "
                + $"{string.Join(", ", Files(Cifar10Split.Train))}, {Files(Cifar10Split.Test)[0]}", path);
    }

    private static void CheckLabelNames(string path)
    {
        string[] names = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (!names.SequenceEqual(DataSetKind.Cifar10.LabelNames, StringComparer.Ordinal))
            throw new InvalidDataException($"{path}: the labels are {string.Join(", ", names)}; want "
                + $"{string.Join(", ", DataSetKind.Cifar10.LabelNames)}");
    }
}
