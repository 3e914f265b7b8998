namespace Router.Evaluation.Tuning;

/// <summary>
/// Radii, and how much an image counts at each: wholly where its own is at least that. A search lets it count by a ramp
/// instead, from half a width below the radius, where it counts nothing, to half a width above, where it counts wholly:
/// so it sees by how little an image is kept or lost, and chance has fewer steps to choose.
/// </summary>
/// <param name="radii">Ascending.</param>
/// <param name="width">The width of the ramp; 0 for none.</param>
internal sealed class RadiusGrid(double[] radii, double width = 0)
{
    /// <summary>How many radii there are.</summary>
    public int Length => radii.Length;

    /// <summary>The same radii, at which an image counts wholly or not.</summary>
    public RadiusGrid Exact => width == 0 ? this : new(radii);

    /// <summary>Adds an image.</summary>
    /// <param name="radius">Its radius; below 0 by how much it lacks one.</param>
    /// <param name="held">What images count at each radius.</param>
    public void Count(double radius, Span<double> held)
    {
        if (width > 0)
            for (int r = 0; r < radii.Length; r++)
            {
                double part = (radius - radii[r]) / width + 0.5;
                if (!(part > 0)) return;
                held[r] += Math.Min(part, 1);
            }
        else if (radius > 0)
            for (int r = 0; r < radii.Length && radius >= radii[r]; r++)
                held[r]++;
    }
}
