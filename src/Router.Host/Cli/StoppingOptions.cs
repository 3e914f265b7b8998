using System.CommandLine;
using Router.Estimator;
using Router.Smoothing.Sampling;

namespace Router.Host.Cli;

/// <summary>When sampling has shown enough: but for --fixed, n is the most that a stage may draw.</summary>
internal sealed class StoppingOptions
{
    private readonly Option<decimal?> _target, _resolution;
    private readonly Option<bool> _fixed;

    public StoppingOptions(Command command)
    {
        _target = command.Option<decimal?>(
            "--target", "Stop as soon as this radius is proved, or cannot or will hardly be.", Accepted.Positive);
        _resolution = command.Option<decimal?>(
            "--resolution",
            "Stop once the samples that are left would add no more than this to the radius, in units of σ "
            + "(default: the registry's, .05 unless it says another).", Accepted.Positive);
        _fixed = command.Option<bool>("--fixed", "Draw all n samples, as papers do (default with --all and dual).");
        command.Validators.Add(result =>
        {
            if (result.GetValue(_fixed) && (result.GetResult(_target) ?? result.GetResult(_resolution)) is { } other)
                result.AddError(
                    $"--fixed draws all n samples and {other.Option.Name} does not: accepted is one of the two");
        });
    }

    /// <summary>The plan with these rules; the plan itself, of fixed counts, where there are none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">Of fixed counts.</param>
    /// <param name="otherwise">The resolution unless one of the options is given; 0: fixed counts.</param>
    public CertificationPlan Apply(ParseResult parsed, CertificationPlan plan, decimal otherwise) =>
        StoppingRules.Of(
            (double?)parsed.GetValue(_target), (double?)parsed.GetValue(_resolution),
            parsed.GetValue(_fixed) ? 0 : (double)otherwise) is { } rules
            ? plan with { Sampling = SamplingPlan.Adaptive(plan.Router, plan.Expert, rules) }
            : plan;
}
