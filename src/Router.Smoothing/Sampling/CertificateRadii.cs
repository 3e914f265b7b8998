using System.Collections.Immutable;

namespace Router.Smoothing.Sampling;

/// <summary>The radii that a certificate is made of, as they are or could become.</summary>
/// <param name="Expert">R_a(c).</param>
/// <param name="Route">X_j by route.</param>
/// <param name="Peers">R_j(c) by route, 0 where j cannot be asked.</param>
internal sealed record CertificateRadii(double Expert, RouteBounds Route, ImmutableArray<double> Peers)
{
    /// <summary>R.</summary>
    public double Radius => Math.Min(Expert, Enumerable.Range(0, Peers.Length).Min(Term));

    /// <summary>max(X_j, R_j(c)): what keeps a change of route to j harmless.</summary>
    public double Term(int route) => Math.Max(Route.Radii[route], Peers[route]);
}

/// <summary>What is assumed about the draws that are left.</summary>
internal enum Assumption
{
    /// <summary>There are none.</summary>
    NoMore,

    /// <summary>They fall like those so far; of a voter that has not voted, unanimously.</summary>
    AsSoFar,

    /// <summary>They fall as well as they may but for the error of giving up.</summary>
    AtBest,

    /// <summary>They fall unanimously.</summary>
    Unanimous,
}
