
namespace Router.Training.Runs;

/// <summary>The learning rate of every step, as PyTorch's schedulers have it.</summary>
internal static class LearningRate
{
    // OneCycleLR's div_factor and final_div_factor.
    private const double FirstPart = 1 / 25.0, LastPart = FirstPart / 1e4;

    /// <summary>The rate of one step.</summary>
    /// <param name="recipe">Schedule and largest rate.</param>
    /// <param name="step">From 0; beyond the last step it is the last one's.</param>
    /// <param name="stepsPerEpoch">≥ 1.</param>
    public static double At(Recipe recipe, int step, int stepsPerEpoch)
    {
        int steps = recipe.Epochs * stepsPerEpoch;
        double largest = recipe.LearningRate;
        return recipe.Schedule switch
        {
            Schedule.Step => largest * Math.Pow(
                recipe.Decay, recipe.Milestones.Count(epoch => epoch * stepsPerEpoch <= step)),
            Schedule.Cosine => Between(largest, 0, (double)Math.Min(step, steps) / steps),
            Schedule.OneCycle => OneCycle(largest, recipe.Rise * steps - 1, Math.Min(step, steps - 1), steps - 1),
            _ => largest,
        };
    }

    // Smith and Topin 2018: up to the largest rate at step `top`, and down to almost nothing at the last.
    private static double OneCycle(double largest, double top, int step, int last) => last <= 0 ? largest : step <= top
        ? Between(largest * FirstPart, largest, top <= 0 ? 1 : step / top)
        : Between(largest, largest * LastPart, (step - top) / (last - top));

    // Half a turn of the cosine.
    private static double Between(double from, double to, double share) =>
        to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}
