using Router.Evaluation.Attacks;

namespace Router.Training.Attacks;

/// <summary>The images on the 8-bit grid nearest to the points x + t·Δ, 0 ≤ t ≤ 1.</summary>
/// <param name="origin">x, levels 0 … 255.</param>
/// <param name="offset">Δ in levels, as long.</param>
internal sealed class LevelRay(byte[] origin, double[] offset)
{
    // Between neighbouring t of this fineness no more than a few levels change.
    private const int Halvings = 20;

    /// <summary>The image at t.</summary>
    public byte[] At(double t)
    {
        byte[] levels = new byte[origin.Length];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = (byte)Math.Clamp(Math.Round(origin[i] + t * offset[i]), 0, 255);
        return levels;
    }

    /// <summary>
    /// ‖·‖² in levels between x and the image at t. It grows with t: every coordinate moves away from x.
    /// </summary>
    public long SquaredAt(double t) => LevelDistance.Squared(origin, At(t));

    /// <summary>
    /// The largest t whose image is within ε of x, to within 2⁻²⁰. Rounding to levels may carry the image at 1 out of
    /// the ball.
    /// </summary>
    /// <param name="epsilon">ε in [0,1] pixels.</param>
    public double Within(double epsilon)
    {
        long most = LevelDistance.LargestWithin(epsilon);
        if (SquaredAt(1) <= most) return 1;
        double inside = 0, outside = 1;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (inside + outside) / 2;
            if (SquaredAt(middle) <= most) inside = middle;
            else outside = middle;
        }
        return inside;
    }
}
