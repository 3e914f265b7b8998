using System.CommandLine;
using Router.Estimator;
using Router.Smoothing.Sampling;

namespace Router.Host.Cli;

/// <summary>
/// When sampling has shown enough: with either option n is the most that a stage may draw, not what it draws.
/// </summary>
internal sealed class StoppingOptions(Command command)
{
    private readonly Option<decimal?> _target = command.Option<decimal?>(
        "--target", "Stop as soon as this radius is proved, or cannot or will hardly be.", Accepted.Positive);

    private readonly Option<decimal?> _resolution = command.Option<decimal?>(
        "--resolution",
        "Stop once the samples that are left would add no more than this to the radius, in units of σ; "
        + ".05 is a good start.", Accepted.Positive);

    /// <summary>The plan with these rules; the plan itself, of fixed counts, where there are none.</summary>
    public CertificationPlan Apply(ParseResult parsed, CertificationPlan plan)
    {
        decimal? target = parsed.GetValue(_target), resolution = parsed.GetValue(_resolution);
        if (target is null && resolution is null)
            return plan;
        StoppingRules rules = new() { Target = (double?)target, Resolution = (double?)resolution };
        return plan with { Sampling = SamplingPlan.Adaptive(plan.Router, plan.Expert, rules) };
    }
}
