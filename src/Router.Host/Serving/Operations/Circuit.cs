using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Router.Votes;

namespace Router.Host.Serving.Operations;

/// <summary>
/// One network's pipeline: a draw that failed is asked again, and a network that keeps failing is left alone for a
/// while. Asking again is asking for the same samples, whose votes are the same, so no certificate can tell.
/// </summary>
internal sealed class Circuit
{
    private readonly ResilienceSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Action<string> _reload;
    private readonly string _id;
    private readonly ResiliencePipeline _pipeline;
    private int _breaks;
    private long _openUntil;

    /// <summary>A closed circuit.</summary>
    /// <param name="id">The network.</param>
    /// <param name="settings">When it opens, and for how long.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Told when it opens and closes.</param>
    /// <param name="reload">Loads the network again; told why.</param>
    public Circuit(string id, ResilienceSettings settings, TimeProvider clock, ILogger log, Action<string> reload)
    {
        (_id, _settings, _clock, _log, _reload) = (id, settings, clock, log, reload);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<VoterUnavailableException>(DeviceFaults.MayPass),
                MaxRetryAttempts = settings.Retries,
                Delay = settings.RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<VoterUnavailableException>(DeviceFaults.IsFault),
                FailureRatio = .5,
                MinimumThroughput = settings.FaultsToOpen,
                SamplingDuration = settings.FaultWindow,
                BreakDurationGenerator = _ => ValueTask.FromResult(NextBreak()),
                OnOpened = opened =>
                {
                    Opened(opened.BreakDuration, opened.Outcome.Exception?.Message ?? "");
                    return ValueTask.CompletedTask;
                },
                OnClosed = _ =>
                {
                    Closed();
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Whether nobody asks the network now.</summary>
    public bool IsOpen => _clock.GetTimestamp() < Interlocked.Read(ref _openUntil);

    /// <summary>Runs a draw.</summary>
    /// <exception cref="VoterUnavailableException">It failed at every try, or the circuit is open.</exception>
    public async Task<VoteCounts> RunAsync(
        FunctionId function, Func<CancellationToken, Task<VoteCounts>> draw, CancellationToken cancellationToken)
    {
        try
        {
            VoteCounts votes = await _pipeline.ExecuteAsync(async token => await draw(token), cancellationToken);
            Interlocked.Exchange(ref _breaks, 0);
            return votes;
        }
        catch (BrokenCircuitException open)
        {
            throw new VoterUnavailableException(
                function, $"it failed repeatedly and is left alone for a while: {open.InnerException?.Message}", open);
        }
    }

    private TimeSpan NextBreak()
    {
        double doubled = _settings.FirstBreak.TotalSeconds * Math.Pow(2, Volatile.Read(ref _breaks));
        return TimeSpan.FromSeconds(Math.Min(doubled, _settings.LongestBreak.TotalSeconds));
    }

    private void Opened(TimeSpan pause, string fault)
    {
        // Of the monotonic clock: one that is set back must not keep it open.
        long ticks = (long)(pause.TotalSeconds * _clock.TimestampFrequency);
        Interlocked.Exchange(ref _openUntil, _clock.GetTimestamp() + ticks);
        _log.CircuitOpened(_id, pause.TotalSeconds, fault);
        if (Interlocked.Increment(ref _breaks) == _settings.BreaksToReload)
            _reload($"{_id} does not answer any more");
    }

    private void Closed()
    {
        // A try that its caller gave up closes it as well, and is no answer: breaks are counted on until there is one.
        Interlocked.Exchange(ref _openUntil, 0);
        _log.CircuitClosed(_id);
    }
}
