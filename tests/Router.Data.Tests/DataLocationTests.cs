namespace Router.Data.Tests;

public sealed class DataLocationTests
{
    [Fact]
    public void Cifar10_is_found_in_the_data_folder_or_as_the_data_folder()
    {
        using var folder = new TemporaryFolder();
        folder.File([], "cifar-10-batches-bin", "test_batch.bin");
        string inner = folder.Inside("cifar-10-batches-bin");
        Assert.Equal(inner, DataLocation.Find(DataSetKind.Cifar10, folder.Path, home: "/nowhere").Folder);
        Assert.Equal(inner, DataLocation.Find(DataSetKind.Cifar10, inner, home: "/nowhere").Folder);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_data_folder_the_users_cache_stands_for_it(string? unset)
    {
        using var home = new TemporaryFolder();
        home.File([], ".cache", "dualrs", "cifar-10-batches-bin", "test_batch.bin");
        home.Folder(".cache", "dualrs", "imagenet", "val");
        Assert.Equal(home.Inside(".cache", "dualrs", "cifar-10-batches-bin"),
            DataLocation.Find(DataSetKind.Cifar10, unset, home.Path).Folder);
        Assert.Equal(home.Inside(".cache", "dualrs", "imagenet", "val"),
            DataLocation.Find(DataSetKind.ImageNet, unset, home.Path).Folder);
    }

    [Fact]
    public void A_missing_data_set_says_where_it_was_looked_for_and_how_to_get_it()
    {
        using var folder = new TemporaryFolder();
        DataLocation location = DataLocation.Find(DataSetKind.Cifar10, folder.Path, home: "/nowhere");
        Assert.False(location.Found);
        Assert.Equal([folder.Inside("cifar-10-batches-bin"), folder.Path], location.LookedIn);
        Assert.Contains($"unpack it to {folder.Inside("cifar-10-batches-bin")}", location.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("cifar-10-binary.tar.gz", location.ToString(), StringComparison.Ordinal);
        Assert.Contains("DUALRS_DATA", location.ToString(), StringComparison.Ordinal);
        Assert.False(DataLocation.Find(DataSetKind.ImageNet, folder.Path, home: "/nowhere").Found);
    }
}
