using System.Runtime.CompilerServices;
using Router.Estimator;
using Router.Host.Serving.Caching;
using Router.Smoothing;
using Router.Smoothing.Sampling;

namespace Router.Host.Serving;

/// <summary>One request's part in a certificate that grows: up to its own rules, n and deadline.</summary>
/// <param name="shared">What grows; others may take part in it.</param>
/// <param name="asked">Who votes on what this request draws.</param>
/// <param name="until">When it has enough.</param>
/// <param name="deadline">When it stops in any case.</param>
internal sealed class GrowingCertificate(SharedCertification shared, RoutedClassifier asked, SamplingPlan until, RequestDeadline deadline)
{
    /// <summary>Why it stopped; null before it did.</summary>
    public StopReason? Stopped { get; private set; }

    /// <summary>How many chunks of samples it drew.</summary>
    public int Chunks { get; private set; }

    /// <summary>Certificates, each valid by itself, its radius above that of the one before; the last one comes in any case, none where the deadline came before a first look.</summary>
    /// <exception cref="VoterUnavailableException">The router or the routed expert cannot answer.</exception>
    public async IAsyncEnumerable<Certificate> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Certificate? told = shared.Current is { Radius: > 0 } known ? known : null;
        if (told is not null)
            yield return told;
        for (bool isFirst = true; ; isFirst = false)
        {
            (Certificate? now, Stopped) = await shared.StepAsync(asked, until, isFirst, deadline, cancellationToken);
            if (now is null)
                yield break;
            if (Stopped is null) Chunks++;
            if (now.Radius > (told?.Radius ?? 0) || (Stopped is not null && !ReferenceEquals(now, told)))
                yield return told = now;
            if (Stopped is not null)
                yield break;
        }
    }

    /// <summary>The last of them; null where there is none.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<Certificate?> FinishAsync(CancellationToken cancellationToken) => await RunAsync(cancellationToken).LastOrDefaultAsync(cancellationToken);
}
