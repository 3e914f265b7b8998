
namespace Router.Evaluation.Attacks;

/// <summary>Distances between 8-bit images, exact: ‖Δ‖² is a whole number of squared levels.</summary>
public static class LevelDistance
{
    /// <summary>‖u − v‖₂² in levels.</summary>
    /// <exception cref="ArgumentException">The images are not of one size.</exception>
    public static long Squared(ReadOnlySpan<byte> u, ReadOnlySpan<byte> v)
    {
        if (u.Length != v.Length)
            throw new ArgumentException($"images of {u.Length} and {v.Length} values have no distance", nameof(v));
        long sum = 0;
        for (int i = 0; i < u.Length; i++)
        {
            long step = u[i] - v[i];
            sum += step * step;
        }
        return sum;
    }

    /// <summary>The ℓ2 distance in [0,1] pixels: √‖Δ‖² / 255.</summary>
    public static double OfSquared(long squared) => Math.Sqrt(squared) / 255;

    /// <summary>The largest ‖Δ‖² in levels of an image within ε of another.</summary>
    /// <param name="epsilon">ε in [0,1] pixels, ≥ 0.</param>
    public static long LargestWithin(double epsilon) => (long)Math.Floor(epsilon * 255 * (epsilon * 255));
}
