namespace Router.Smoothing.Noise;

/// <summary>Where the noise of one stage of one certificate comes from: sample i of a stream is the same noise everywhere.</summary>
/// <param name="Seed">The certificate's seed.</param>
/// <param name="Id">The stage: 0 is the router, 1 + k the expert of route k.</param>
public readonly record struct NoiseStream(ulong Seed, uint Id);
