
namespace Router.Experts.Cards;

/// <summary>What rounding may change of a logit, as a share of the largest.</summary>
internal static class Rounding
{
    /// <summary>
    /// In a shorter format than float32 each layer rounds its activations to 8 (bfloat16) or 11 bits: sixteen such
    /// roundings of the largest logit are accepted, a twentieth of what another input layer changes. Of 8-bit integers,
    /// whose levels are of the largest activation, a thirty-second of it.
    /// </summary>
    /// <param name="type">The format a network computes in.</param>
    /// <param name="float32">What is accepted of float32.</param>
    public static double Of(torch.ScalarType type, double float32) => type switch
    {
        torch.ScalarType.BFloat16 => 16 * Math.ScaleB(1, -9),
        torch.ScalarType.Float16 => 16 * Math.ScaleB(1, -12),
        torch.ScalarType.Int8 => 1.0 / 32,
        _ => float32,
    };
}
