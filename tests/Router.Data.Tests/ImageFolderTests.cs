namespace Router.Data.Tests;

public sealed class ImageFolderTests
{
    private static readonly ClassFolders Cifar10 = ClassFolders.Of("cifar10", 10);
    private static readonly Framing Small = new(shorterSide: 10, side: 8);

    [Fact]
    public void Images_are_ordered_by_name_and_framed_and_labelled_by_what_their_folders_mean()
    {
        using var folder = new TemporaryFolder();
        folder.File(Fixture.Bytes("rgb.png"), "dog", "b.png");
        folder.File(Fixture.Bytes("color.jpg"), "dog", "a.JPEG");
        folder.File(Fixture.Bytes("grey.png"), "cat", "z.png");
        ImageFolder data = Open(folder);
        Assert.Equal(DataSetKind.Cifar10.LabelNames, data.LabelNames);
        Assert.Equal([3, 5, 5], Labels(data));
        Assert.Equal(new ImageShape(3, 8, 8), data.Shape);
        Image8 expected = Small.Apply(Fixture.Expected("rgb", Fixture.Height, Fixture.Width));
        Assert.Equal(0, Fixture.LargestDifference(expected, data.Read(2).Image));
    }

    [Fact]
    public void Hidden_entries_and_loose_texts_are_skipped()
    {
        using var folder = new TemporaryFolder();
        folder.File(Fixture.Bytes("rgb.png"), "cat", "1.png");
        folder.File(Fixture.Bytes("text.png"), "cat", ".thumbnail");
        folder.File(Fixture.Bytes("rgb.png"), ".cache", "1.png");
        folder.File("free to use"u8.ToArray(), "LICENSE");
        ImageFolder data = Open(folder);
        Assert.Equal([3], Labels(data));
    }

    [Fact]
    public void A_folder_that_means_no_class_leaves_all_images_without_labels_and_is_named_beside_what_would_be_right()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["truck", "kitten", "ship"])
            folder.File(Fixture.Bytes("rgb.png"), name, "1.png");
        ImageFolder data = Open(folder);
        Assert.Equal([null, null, null], Labels(data));
        Assert.Empty(data.LabelNames);
        Assert.Equal(
            $"{folder.Path}: 1 of its 3 folders mean no class of cifar10: kitten; right are airplane (plane, "
            + $"aeroplane), automobile (car), bird, cat, deer, dog, "
            + "frog, horse, ship, truck, or class indices from 0 to 9", data.LabelFault);
    }

    [Fact]
    public void Two_folders_of_one_class_are_named()
    {
        using var folder = new TemporaryFolder();
        folder.File(Fixture.Bytes("rgb.png"), "car", "1.png");
        folder.File(Fixture.Bytes("rgb.png"), "1", "1.png");
        Assert.Contains("1 and car mean one class of cifar10", Open(folder).LabelFault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unreadable_file_is_named_when_it_is_read_and_others_still_read()
    {
        using var folder = new TemporaryFolder();
        string bad = folder.File(Fixture.Bytes("text.png"), "cat", "1.png");
        folder.File(Fixture.Bytes("rgb.png"), "cat", "2.png");
        ImageFolder data = Open(folder);
        Assert.StartsWith(bad + ": not a PNG or JPEG", Assert.Throws<InvalidDataException>(() => data.Read(0)).Message,
            StringComparison.Ordinal);
        Assert.Equal(3, data.Read(1).Label);
    }

    [Fact]
    public void Symbolic_links_are_refused_not_followed()
    {
        using var folder = new TemporaryFolder();
        folder.File(Fixture.Bytes("rgb.png"), "cat", "1.png");
        string file = folder.Inside("cat", "2.png");
        File.CreateSymbolicLink(file, Fixture.PathOf("rgb.png"));
        Assert.StartsWith($"{file}: a symbolic link", Refusal(folder), StringComparison.Ordinal);
        File.Delete(file);
        string directory = folder.Inside("dog");
        Directory.CreateSymbolicLink(directory, Path.GetDirectoryName(Fixture.PathOf("rgb.png"))!);
        Assert.StartsWith($"{directory}: a symbolic link", Refusal(folder), StringComparison.Ordinal);
        Directory.Delete(directory);
        Assert.Equal(1, Open(folder).Count);
    }

    [Fact]
    public void What_is_out_of_place_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DirectoryNotFoundException>(
            () => ImageFolder.Open(folder.Inside("nowhere"), Cifar10, Small, ImageLimits.Default));
        Assert.Contains("holds no class folders", Refusal(folder), StringComparison.Ordinal);
        folder.Folder("cat");
        Assert.StartsWith($"{folder.Inside("cat")}: a class without images", Refusal(folder), StringComparison.Ordinal);
        folder.File("?"u8.ToArray(), "cat", "notes.txt");
        Assert.StartsWith($"{folder.Inside("cat", "notes.txt")}: a class folder holds only image files",
            Refusal(folder), StringComparison.Ordinal);
        folder.File(Fixture.Bytes("rgb.png"), "loose.png");
        Assert.StartsWith($"{folder.Inside("loose.png")}: an image outside", Refusal(folder), StringComparison.Ordinal);
    }

    private static ImageFolder Open(TemporaryFolder folder) =>
        ImageFolder.Open(folder.Path, Cifar10, Small, ImageLimits.Default);

    private static int?[] Labels(ImageFolder data) =>
        [.. Enumerable.Range(0, data.Count).Select(i => data.Read(i).Label)];

    private static string Refusal(TemporaryFolder folder) =>
        Assert.Throws<InvalidDataException>(() => Open(folder)).Message;
}
