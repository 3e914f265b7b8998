using System.Text.Json;

namespace Router.Votes.Tests.Noise;

/// <summary>
/// The tables that reference/grid_noise.py computed from the documented layout with numpy and mpmath.
/// </summary>
internal static class NoiseReference
{
    public static T[] Table<T>(string name)
    {
        string path = Path.Combine(
            global::Tests.Reference.Root, "tests", "Router.Votes.Tests", "Noise", "reference", name);
        return JsonSerializer.Deserialize<T[]>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
    }
}
