namespace Router.Data;

/// <summary>
/// What is known of a data set before any of it is on disk: the classes and the input a classifier for it takes.
/// </summary>
public sealed class DataSetKind
{
    private DataSetKind(string name, int classCount, Framing framing, IReadOnlyList<string> labelNames,
        bool isRendered = false) =>
        (Name, ClassCount, Framing, LabelNames, IsRendered) = (name, classCount, framing, labelNames, isRendered);

    /// <summary>CIFAR-10: 10 classes, 3×32×32 (Krizhevsky 2009).</summary>
    public static DataSetKind Cifar10 { get; } = new("cifar10", 10, new Framing(shorterSide: 32, side: 32),
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])
    {
        Aliases = new Dictionary<string,
        string> { ["plane"] = "airplane", ["aeroplane"] = "airplane", ["car"] = "automobile" },
    };

    /// <summary>
    /// ImageNet (ILSVRC 2012): 1000 classes, 3×224×224 out of the centre of an image whose shorter side is 256. Its
    /// names are not listed here.
    /// </summary>
    public static DataSetKind ImageNet { get; } = new("imagenet", 1000, new Framing(shorterSide: 256, side: 224), []);

    /// <summary>
    /// Shapes10: 10 classes, 3×32×32, rendered (<see cref="Data.Shapes10"/>): five by coarse shape and colour, five by
    /// fine texture.
    /// </summary>
    public static DataSetKind Shapes10 { get; } = new("shapes10", 10, new Framing(shorterSide: 32, side: 32),
        ["disc", "square", "triangle", "cross", "ring", "horizontal", "vertical", "diagonal", "checks", "dots"],
        isRendered: true);

    /// <summary>Every kind known by name.</summary>
    public static IReadOnlyList<DataSetKind> All { get; } = [Cifar10, ImageNet, Shapes10];

    /// <summary>The name used in registries and on the command line.</summary>
    public string Name { get; }

    /// <summary>How many classes a classifier for it has.</summary>
    public int ClassCount { get; }

    /// <summary>How a picture of any size becomes an input.</summary>
    public Framing Framing { get; }

    /// <summary>The input's shape.</summary>
    public ImageShape Shape => Framing.Shape;

    /// <summary><see cref="ClassCount"/> names by label, or none where they are not known here.</summary>
    public IReadOnlyList<string> LabelNames { get; }

    /// <summary>What else people call classes, and which of <see cref="LabelNames"/> they mean.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; private init; } = new Dictionary<string, string>();

    /// <summary>Whether the program renders it itself: then it is on every machine and takes no folder.</summary>
    public bool IsRendered { get; }

    /// <summary>The kind of that name, or null. <see cref="All"/> lists what exists.</summary>
    public static DataSetKind? Find(string name) => All.FirstOrDefault(kind => kind.Name == name);

    /// <summary>What to call a class: its name, or <c>class 17</c> where names are not known.</summary>
    /// <param name="label">0 ≤ label &lt; <see cref="ClassCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public string LabelName(int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, ClassCount);
        return LabelNames.Count > 0 ? LabelNames[label] : $"class {label}";
    }
}
