using System.Text.Json;

namespace Router.Torch.Tests;

/// <summary>What PyTorch computed, written by reference/make_reference.py, and the inputs it computed it from.</summary>
internal static class PyTorch
{
    private static readonly JsonElement Written = Read();

    public static string Folder => Path.Combine(global::Tests.Reference.Root, "tests", "Router.Torch.Tests", "reference");

    /// <summary>Element i is ((37 i + 11 seed) mod 101 − 50) / 25, as in the script.</summary>
    public static torch.Tensor Formula(long[] shape, int seed)
    {
        double[] elements = new double[shape.Aggregate(1L, (count, size) => count * size)];
        for (int i = 0; i < elements.Length; i++)
            elements[i] = ((37L * i + 11 * seed) % 101 - 50) / 25.0;
        return torch.tensor(elements, shape, torch.float32);
    }

    /// <summary>
    /// Asserts that a tensor has the shape and the values that PyTorch found, within <paramref name="tolerance"/> relative to the larger
    /// of the value and 1
    /// (sums may run in another order).
    /// </summary>
    public static void Agrees(string group, string name, torch.Tensor actual, double tolerance = 2e-6)
    {
        JsonElement expected = Written.GetProperty(group).GetProperty(name);
        string what = $"{group}.{name}";
        Assert.True(
            expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).SequenceEqual(actual.shape),
            $"{what} has shape [{string.Join(", ", actual.shape)}], PyTorch's {expected.GetProperty("shape")}");
        using torch.Tensor doubles = actual.detach().to(torch.float64, torch.CPU);
        double[] values = doubles.data<double>().ToArray();
        int i = 0;
        foreach (JsonElement element in expected.GetProperty("values").EnumerateArray())
        {
            double truth = element.ValueKind == JsonValueKind.String ? Special(element.GetString()!) : element.GetDouble();
            double allowed = tolerance * Math.Max(1, Math.Abs(truth));
            Assert.True(
                values[i].Equals(truth) || Math.Abs(values[i] - truth) <= allowed,
                $"{what}[{i}] is {values[i]:R}, PyTorch's {truth:R}");
            i++;
        }
    }

    /// <summary>The value of a function and the gradients of sum(value · weights), as the script's with_gradients.</summary>
    public static void AgreesWithGradients(
        string group, Func<torch.Tensor[], torch.Tensor> function, params (string Name, torch.Tensor Value)[] inputs)
    {
        torch.Tensor[] leaves = [.. inputs.Select(input => input.Value.clone().requires_grad_())];
        torch.Tensor value = function(leaves);
        Agrees(group, "value", value, 5e-6);
        (value * Formula(value.shape, 77)).sum().backward();
        for (int i = 0; i < leaves.Length; i++)
            Agrees(group, "grad_" + inputs[i].Name, leaves[i].grad!, 1e-5);
    }

    private static double Special(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.NaN,
    };

    private static JsonElement Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "reference.json")));
        return document.RootElement.Clone();
    }
}
