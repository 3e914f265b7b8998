using System.Text.Json;

namespace Router.Smoothing.Tests.Bounds;

/// <summary>The tables that reference/references.py computed with mpmath at 60 digits.</summary>
internal static class BoundsReference
{
    public static T[] Table<T>(string name)
    {
        string path = Path.Combine(global::Tests.Reference.Root, "tests", "Router.Smoothing.Tests", "Bounds", "reference", name);
        return JsonSerializer.Deserialize<T[]>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
    }

    public static double RelativeError(double actual, double expected) =>
        actual == expected ? 0 : Math.Abs(actual / expected - 1);
}
