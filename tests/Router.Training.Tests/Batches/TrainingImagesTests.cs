using Router.Data;
using Router.Training.Batches;
using Tests;

namespace Router.Training.Tests.Batches;

public sealed class TrainingImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_label_that_is_none_of_the_classes_is_refused_with_its_image()
    {
        DataSet data = ThreeClasses();
        InvalidDataException fault =
            Assert.Throws<InvalidDataException>(() => TrainingImages.Read(data, [0, 2], classes: 2));
        Assert.Contains("image 2: its label is 2, expected 0 to 1", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, TrainingImages.Read(data, [0, 1], classes: 2).Count);
        Assert.Contains(
            "no image is left",
            Assert.Throws<InvalidDataException>(() => TrainingImages.Read(data, [], classes: 3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_the_data_sets_images_in_the_order_they_were_asked_for()
    {
        DataSet data = ThreeClasses();
        TrainingImages images = TrainingImages.Read(data, [2, 0], classes: 3);
        Assert.Equal([2, 0], images.Indices);
        Assert.Equal([2, 0], Enumerable.Range(0, 2).Select(images.Label));
        Assert.Equal(data.Read(0).Image.Pixels.ToArray(), images.Pixels(1).ToArray());
        Assert.NotEqual(images.Hash, TrainingImages.Read(data, [0, 2], classes: 3).Hash);
    }

    [Fact]
    public void Some_rows_are_what_reading_them_alone_would_have_given()
    {
        DataSet data = ThreeClasses();
        TrainingImages some = TrainingImages.Read(data, [0, 1, 2], classes: 3).Only([2, 0]),
            alone = TrainingImages.Read(data, [2, 0], classes: 3);
        Assert.Equal((alone.Hash, alone.Name), (some.Hash, some.Name));
        Assert.Equal(alone.Indices, some.Indices);
    }

    private ImageFolder ThreeClasses()
    {
        foreach ((int label, string file) in new[] { "rgb.png", "alpha-opaque.png", "rgb.png" }.Index())
        {
            string target = Path.Combine(_folder, $"class{label}", file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", file), target);
        }
        return ImageFolder.Open(_folder, ClassFolders.OfAny(), new Framing(8, 8), ImageLimits.Default);
    }
}
