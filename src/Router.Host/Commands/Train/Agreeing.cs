using System.CommandLine;
using System.Globalization;

namespace Router.Host.Commands.Train;

/// <summary>Draws of noise that should agree: one alone has nothing to agree with, whatever λ is.</summary>
internal static class Agreeing
{
    /// <summary>Why λ and m do not go together; null where they do.</summary>
    /// <param name="consistency">The option of λ.</param>
    /// <param name="lambda">λ as it was asked for, ≥ 0.</param>
    /// <param name="copies">The option of m.</param>
    /// <param name="count">m ≥ 1.</param>
    public static string? Objection(Option consistency, double lambda, Option copies, int count) =>
        lambda > 0 && count == 1
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{consistency.Name} {lambda} does nothing with {copies.Name} 1, which has nothing to agree with: "
                + $"accepted are {copies.Name} from 2 and {consistency.Name} 0")
            : null;
}
