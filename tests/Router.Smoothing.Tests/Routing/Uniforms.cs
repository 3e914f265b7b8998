using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Routing;

/// <summary>Numbers for property tests and simulations, the same at every run.</summary>
internal sealed class Uniforms(ulong seed)
{
    private long _next;

    /// <summary>In (0, 1).</summary>
    public double Next() => ((new NoiseStream(seed, 0).Uniform(_next++, 0) >> 11) + 0.5) * (1.0 / (1L << 53));

    public double Between(double low, double high) => low + (high - low) * Next();

    public int Below(int count) => (int)(Next() * count);
}
