using Router.Data;
using Router.Training.Batches;

namespace Router.Training.Tests.Batches;

/// <summary>
/// Images of arithmetic: 3×32×32, label i mod 10, brighter where the label is higher, so that there is something to
/// learn.
/// </summary>
internal static class Patterned
{
    public static ImageShape Shape { get; } = new(3, 32, 32);

    public static TrainingImages Images(int count, int first = 0) => new(
        "patterns train", Shape, [.. Enumerable.Range(first, count)],
        [.. Enumerable.Range(first, count).Select(i => i % 10)],
        [.. Enumerable.Range(first, count).SelectMany(
            i => Enumerable.Range(0, Shape.Length).Select(p => (byte)(20 * (i % 10) + (37 * p + 11 * i) % 60)))]);
}
