using Router.Smoothing;
using Router.Smoothing.Sampling;

namespace Router.Estimator;

/// <summary>One certificate in the making: draws what its plan asks for, and says at any time what is proved.</summary>
internal abstract class CertificationInProgress
{
    /// <summary>Draws until the plan stops.</summary>
    /// <param name="asked">Who votes.</param>
    /// <param name="sampling">The certification's plan, or the same with other stopping rules.</param>
    /// <param name="deadline">
    /// When to stop in any case: a draw under way then is given up, none of its votes count.
    /// </param>
    /// <param name="cancellationToken">Stops the work; what was drawn before stays.</param>
    public async Task<StopReason> RunAsync(
        RoutedClassifier asked, SamplingPlan sampling, Deadline? deadline, CancellationToken cancellationToken)
    {
        while (true)
            if (await StepAsync(asked, sampling, deadline, cancellationToken) is { } reason)
                return reason;
    }

    /// <summary>Draws once, or says why there is nothing more to draw.</summary>
    /// <param name="asked">Who votes this time: the same functions.</param>
    /// <param name="sampling">The certification's plan, or one that may follow it.</param>
    /// <param name="deadline">When to stop in any case.</param>
    /// <param name="cancellationToken">Stops the work; what was drawn before stays.</param>
    public async Task<StopReason?> StepAsync(
        RoutedClassifier asked, SamplingPlan sampling, Deadline? deadline, CancellationToken cancellationToken)
    {
        PlanFor(sampling);
        // Before the first look nothing could be said, and fixed counts say nothing before their end.
        if (deadline is null || !sampling.IsAdaptive || !HasLooked)
            return await DrawNextAsync(asked, sampling, deadline?.Passed ?? false, cancellationToken);
        (bool inTime, StopReason? reason) = await deadline.TryAsync(
            late => DrawNextAsync(asked, sampling, deadline.Passed, late), cancellationToken);
        return inTime ? reason : StopReason.Deadline;
    }

    /// <summary>What the votes drawn so far prove.</summary>
    public abstract Certificate Certificate();

    /// <summary>Whoever could not answer may be asked again.</summary>
    public abstract void AskAllAgain();

    /// <summary>Whether votes were bounded, so that something can be said.</summary>
    protected abstract bool HasLooked { get; }

    /// <summary>Tells all stages how many votes they may draw at most from now on.</summary>
    protected abstract void PlanFor(SamplingPlan sampling);

    /// <inheritdoc cref="StepAsync"/>
    protected abstract Task<StopReason?> DrawNextAsync(
        RoutedClassifier asked, SamplingPlan sampling, bool expired, CancellationToken cancellationToken);
}
