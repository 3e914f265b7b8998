using System.Security.Cryptography;
using Tests;

namespace Router.Data.Tests;

public sealed class Cifar10Tests
{
    private const int Records = 10_000, RecordLength = 3073;
    private const string Meta = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

    [Fact]
    public void The_test_split_has_a_thousand_images_of_each_class_and_begins_with_a_cat()
    {
        Cifar10 data = Cifar10.Open(Reference.Cifar10(), Cifar10Split.Test);
        Assert.Equal(Records, data.Count);
        Assert.All(Labels(data).CountBy(label => label), pair => Assert.Equal(1000, pair.Value));
        // as published: cat, ship, ship, airplane, frog, …
        Assert.Equal([3, 8, 8, 0, 6, 6, 1, 6, 3, 1], Labels(data).Take(10));
        Assert.Equal("cat", data.LabelNames[3]);
    }

    [Fact]
    public void The_train_split_has_five_thousand_images_of_each_class()
    {
        Cifar10 data = Cifar10.Open(Reference.Cifar10(), Cifar10Split.Train);
        Assert.Equal(5 * Records, data.Count);
        Assert.All(Labels(data).CountBy(label => label), pair => Assert.Equal(5000, pair.Value));
    }

    [Fact]
    public void A_folder_that_contains_the_official_one_gives_the_same_images()
    {
        string folder = Reference.Cifar10();
        LabelledImage direct = Cifar10.Open(folder, Cifar10Split.Test).Read(4321);
        LabelledImage outer = Cifar10.Open(Path.GetDirectoryName(folder)!, Cifar10Split.Test).Read(4321);
        Assert.Equal(SHA256.HashData(direct.Image.Pixels.Span), SHA256.HashData(outer.Image.Pixels.Span));
    }

    [Fact]
    public void A_record_is_a_label_and_three_planes_of_rows()
    {
        using var folder = new TemporaryFolder();
        const int Record = 7 * RecordLength;
        // green, row 2, column 3
        Write(folder, Records * RecordLength, (Record, 5), (Record + 1 + 1024 + 2 * 32 + 3, 201));
        LabelledImage image = Cifar10.Open(folder.Path, Cifar10Split.Test).Read(7);
        Assert.Equal((7, 5), (image.Index, image.Label));
        Assert.Equal(new ImageShape(3, 32, 32), image.Image.Shape);
        Assert.Equal(201, image.Image.Plane(1)[2 * 32 + 3]);
    }

    [Theory]
    [InlineData(2 * RecordLength + 100, "ends 100 bytes into record 2")]
    [InlineData(3 * RecordLength, "ends after 3 records")]
    [InlineData((Records + 1) * RecordLength, "ends after 10001 records")]
    [InlineData(0, "ends after 0 records")]
    public void A_file_of_another_size_is_refused(int length, string where)
    {
        using var folder = new TemporaryFolder();
        Write(folder, length);
        string message = Assert.Throws<InvalidDataException>(
            () => Cifar10.Open(folder.Path, Cifar10Split.Test)).Message;
        Assert.StartsWith(folder.Inside("test_batch.bin"), message, StringComparison.Ordinal);
        Assert.Contains(where, message, StringComparison.Ordinal);
        Assert.Contains("want 30730000 bytes", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_above_nine_is_refused_with_its_record_and_offset()
    {
        using var folder = new TemporaryFolder();
        Write(folder, Records * RecordLength, (12 * RecordLength, 10));
        string message = Assert.Throws<InvalidDataException>(
            () => Cifar10.Open(folder.Path, Cifar10Split.Test)).Message;
        Assert.Contains("test_batch.bin: record 12 at offset 36876 has label 10, want 0 to 9", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_and_folders_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DirectoryNotFoundException>(() => Cifar10.Open(folder.Inside("nowhere"), Cifar10Split.Test));
        Assert.Contains("batches.meta.txt: missing", Assert.Throws<FileNotFoundException>(
            () => Cifar10.Open(folder.Path, Cifar10Split.Test)).Message, StringComparison.Ordinal);
        folder.File("airplane\n"u8.ToArray(), "batches.meta.txt");
        Assert.Contains("the labels are airplane; want airplane, automobile", Assert.Throws<InvalidDataException>(
            () => Cifar10.Open(folder.Path, Cifar10Split.Test)).Message, StringComparison.Ordinal);
        Write(folder, Records * RecordLength);
        Assert.Contains("data_batch_1.bin: missing", Assert.Throws<FileNotFoundException>(
            () => Cifar10.Open(folder.Path, Cifar10Split.Train)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_outside_the_split_is_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder, Records * RecordLength);
        Cifar10 data = Cifar10.Open(folder.Path, Cifar10Split.Test);
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Read(-1));
        Assert.Contains("cifar10 test has images 0 to 9999",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Read(Records)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Labels(DataSet data) =>
        Enumerable.Range(0, data.Count).Select(index => data.Read(index).Label!.Value);

    // Zeros but for the bytes given; the file system keeps no zeros, so this is quick.
    private static void Write(TemporaryFolder folder, int length, params (int Offset, byte Value)[] bytes)
    {
        folder.File(System.Text.Encoding.ASCII.GetBytes(Meta), "batches.meta.txt");
        using FileStream batch = File.Create(folder.Inside("test_batch.bin"));
        batch.SetLength(length);
        foreach ((int offset, byte value) in bytes)
        {
            batch.Position = offset;
            batch.WriteByte(value);
        }
    }
}
