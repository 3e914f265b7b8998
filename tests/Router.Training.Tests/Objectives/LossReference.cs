using System.Text.Json;

namespace Router.Training.Tests.Objectives;

/// <summary>
/// What PyTorch and mpmath computed, written by reference/make_reference.py, with the inputs it was computed from.
/// </summary>
internal sealed class LossReference
{
    private static readonly JsonElement Written = Read();

    private readonly string _name;

    private LossReference(string name) => _name = name;

    public static LossReference Of(string name) => new(name);

    public double Number(string member) => Written.GetProperty(_name).GetProperty(member).GetDouble();

    public int Whole(string member) => Written.GetProperty(_name).GetProperty(member).GetInt32();

    public bool Truth(string member) => Written.GetProperty(_name).GetProperty(member).GetBoolean();

    public torch.Tensor Tensor(string member, torch.ScalarType type = torch.ScalarType.Float64) =>
        torch.tensor(Values(member), Shape(member), torch.ScalarType.Float64).to(type);

    /// <summary>
    /// Asserts the shape, and each value within the tolerance relative to the larger of the value and 1.
    /// </summary>
    public void Agrees(string member, torch.Tensor actual, double tolerance = 1e-10)
    {
        Assert.Equal(Shape(member), actual.shape);
        double[] truth = Values(member);
        using torch.Tensor doubles = actual.detach().to(torch.ScalarType.Float64);
        double[] values = doubles.contiguous().data<double>().ToArray();
        for (int i = 0; i < truth.Length; i++)
            Assert.True(
                Math.Abs(values[i] - truth[i]) <= tolerance * Math.Max(1, Math.Abs(truth[i])),
                $"{_name}.{member}[{i}] is {values[i]:R}, the reference's {truth[i]:R}");
    }

    private long[] Shape(string member) => [.. Written.GetProperty(_name).GetProperty(member).GetProperty("shape")
        .EnumerateArray().Select(size => size.GetInt64())];

    private double[] Values(string member) => [.. Written.GetProperty(_name).GetProperty(member).GetProperty("values")
        .EnumerateArray().Select(value => value.GetDouble())];

    private static JsonElement Read()
    {
        string path = Path.Combine(
            global::Tests.Reference.Root, "tests", "Router.Training.Tests", "Objectives", "reference",
            "reference.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
