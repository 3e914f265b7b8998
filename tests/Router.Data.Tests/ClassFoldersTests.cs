namespace Router.Data.Tests;

public sealed class ClassFoldersTests
{
    // Labels of CIFAR-10: https://www.cs.toronto.edu/~kriz/cifar.html. What follows is also how torchvision numbers
    // them.
    [Theory]
    [InlineData("airplane", 0)]
    [InlineData("plane", 0)]
    [InlineData("Aeroplanes", 0)]
    [InlineData("automobile", 1)]
    [InlineData("cars", 1)]
    [InlineData("BIRD", 2)]
    [InlineData("cats", 3)]
    [InlineData("horse", 7)]
    [InlineData("ship", 8)]
    [InlineData("truck", 9)]
    [InlineData("9", 9)]
    [InlineData("007", 7)]
    [InlineData("class 4", 4)]
    [InlineData("class_4", 4)]
    [InlineData("10", null)]
    [InlineData("-1", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("disc", null)]
    [InlineData("s", null)]
    [InlineData("", null)]
    public void A_name_means_a_class_of_the_data_set_or_nothing(string name, int? label) =>
        Assert.Equal(label, ClassFolders.Of("cifar10", 10).LabelOf(name));

    [Fact]
    public void A_data_set_without_names_of_its_own_has_indices_alone()
    {
        ClassFolders digits = ClassFolders.Of("mnist", 10);
        Assert.Equal((7, null, "class indices from 0 to 9"),
            (digits.LabelOf("7"), digits.LabelOf("seven"), digits.Accepted));
    }

    [Fact]
    public void ImageNets_ids_are_numbered_where_all_thousand_are_there_and_mean_nothing_where_some_are()
    {
        using var all = new TemporaryFolder();
        using var some = new TemporaryFolder();
        foreach (int i in Enumerable.Range(0, 1000))
            all.Folder($"n{2 * i + 1_440_764:00000000}");
        some.Folder("n01440766");
        Assert.Equal(1, ClassFolders.Of("imagenet", 1000, some.Path, all.Path).LabelOf("n01440766"));
        Assert.Equal(999, ClassFolders.OfAny(all.Path).LabelOf("n01442762"));
        Assert.Null(ClassFolders.Of("imagenet", 1000, some.Path, null, some.Inside("nowhere")).LabelOf("n01440766"));
        Assert.Equal(3, ClassFolders.Of("imagenet", 1000, some.Path).LabelOf("3"));
    }

    [Fact]
    public void No_name_stands_for_two_classes_among_all_known_data_sets()
    {
        ClassFolders any = ClassFolders.OfAny();
        foreach (DataSetKind kind in DataSetKind.All)
            Assert.Equal(Enumerable.Range(0, kind.LabelNames.Count),
                kind.LabelNames.Select(name => any.LabelOf(name)!.Value));
    }
}
