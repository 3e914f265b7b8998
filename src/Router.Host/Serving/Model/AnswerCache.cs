using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;
using Router.Estimator;
using Router.Host.Serving.Wire;
using Router.Smoothing;
using Router.Votes;

namespace Router.Host.Serving.Model;

/// <summary>
/// Answers of one epoch that are given again, and certificates that are topped up where they stopped: limited in bytes,
/// and drawn once where several ask for the same at once.
/// </summary>
internal sealed class AnswerCache : IDisposable
{
    // An answer with its certificate: objects and strings, then counts and bounds of each stage.
    private const int AnswerBytes = 2048, StageBytes = 512, OutcomeBytes = 24;

    // A certificate that can go on also keeps the votes of every look.
    private const int Looks = 64, LookBytes = 96, LookOutcomeBytes = 8;

    // An answer, whose votes it rests on, and how many doubts there had been when it was begun.
    private sealed record Drawn(ImageAnswer Answer, AnswerSources? Sources, bool IsWhole, long Doubts);

    private readonly MemoryCache _answers;
    private readonly Func<long> _doubts;
    private readonly ConcurrentDictionary<AnswerKey, Task<Drawn>> _drawn = new();
    private readonly Lock _gate = new();
    private readonly long _bytesOfAnswer, _bytesOfCertification;
    private long _hits, _toppedUp, _shared, _misses;

    /// <summary>An empty cache.</summary>
    /// <param name="bytes">What it may hold, ≥ 1.</param>
    /// <param name="stages">Networks that may have voted in one certificate.</param>
    /// <param name="outcomes">Classes of each.</param>
    /// <param name="doubts">
    /// How often votes turned out to be wrong: what was begun before the last time is not given. Never, unless told.
    /// </param>
    public AnswerCache(long bytes, int stages, int outcomes, Func<long>? doubts = null)
    {
        _doubts = doubts ?? (() => 0);
        _bytesOfAnswer = AnswerBytes + stages * (StageBytes + (long)outcomes * OutcomeBytes);
        _bytesOfCertification = _bytesOfAnswer + stages * Looks * (LookBytes + (long)outcomes * LookOutcomeBytes);
        _answers = new(new MemoryCacheOptions { SizeLimit = bytes, TrackStatistics = true });
    }

    /// <summary>Lookups by outcome: kept, kept and topped up, being drawn for somebody else, neither.</summary>
    public (long Hits, long ToppedUp, long Shared, long Misses) Lookups =>
        (Interlocked.Read(ref _hits), Interlocked.Read(ref _toppedUp), Interlocked.Read(ref _shared),
            Interlocked.Read(ref _misses));

    /// <summary>Bytes that are held, by estimate.</summary>
    public long Bytes => _answers.GetCurrentStatistics()!.CurrentEstimatedSize ?? 0;

    /// <summary>The answer of a key: kept, that of whoever draws it now, or drawn.</summary>
    /// <param name="key">What makes it.</param>
    /// <param name="draw">Draws it.</param>
    /// <param name="isWhole">
    /// Whether an answer that <paramref name="draw"/> drew is what every other asker would get: a refusal is not kept,
    /// nor what came of an expert that failed. Who waits for an answer takes the word of who drew it.
    /// </param>
    /// <param name="cancellationToken">Stops waiting, and drawing.</param>
    /// <param name="sources">
    /// Told by <paramref name="draw"/> whose votes the answer rests on, or here by whoever drew it; null where nobody
    /// asks.
    /// </param>
    public async Task<ImageAnswer> GetAsync(
        AnswerKey key, Func<CancellationToken, Task<ImageAnswer>> draw, Func<ImageAnswer, bool> isWhole,
        CancellationToken cancellationToken, AnswerSources? sources = null)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Kept(key) is { } kept) return Given(kept, sources);
            TaskCompletionSource<Drawn> mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<Drawn> drawing = _drawn.GetOrAdd(key, mine.Task);
            if (drawing == mine.Task)
                return await DrawAsync(key, mine, draw, isWhole, sources, cancellationToken);
            await ((Task)drawing.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            // Who draws may leave, or fail for a reason of its own: then the next one draws.
            if (!drawing.IsCompletedSuccessfully) continue;
            Drawn drawn = await drawing;
            if (!drawn.IsWhole || drawn.Doubts != _doubts()) continue;
            Interlocked.Increment(ref _shared);
            return Given(drawn, sources);
        }
    }

    /// <summary>The certificate of a key that can be topped up: kept, or begun.</summary>
    /// <param name="key">What makes it.</param>
    /// <param name="begin">Begins it; draws nothing.</param>
    /// <param name="isKept">Whether it was there.</param>
    public GrowingCertificate Find(CertificationKey key, Func<GrowingCertificate> begin, out bool isKept)
    {
        lock (_gate)
        {
            GrowingCertificate? kept = Believed<GrowingCertificate>(key);
            isKept = kept is not null;
            return kept ?? Keep(key, begin(), _bytesOfCertification, _doubts());
        }
    }

    /// <summary>Counts a lookup of <see cref="Find"/>.</summary>
    /// <param name="isKept">Whether it was there.</param>
    /// <param name="isGrown">Whether it was not enough.</param>
    public void Count(bool isKept, bool isGrown) =>
        Interlocked.Increment(ref !isKept ? ref _misses : ref isGrown ? ref _toppedUp : ref _hits);

    /// <inheritdoc/>
    public void Dispose() => _answers.Dispose();

    private Drawn? Kept(AnswerKey key)
    {
        if (Believed<Drawn>(key) is not { } kept) return null;
        Interlocked.Increment(ref _hits);
        return kept;
    }

    private static ImageAnswer Given(Drawn drawn, AnswerSources? sources)
    {
        if (drawn.Sources is { } rests) sources?.Add(rests);
        return drawn.Answer;
    }

    private T? Believed<T>(object key) where T : class =>
        _answers.TryGetValue(key, out (T Value, long Doubts) kept) && kept.Doubts == _doubts() ? kept.Value : null;

    private T Keep<T>(object key, T value, long bytes, long doubts) where T : class
    {
        _answers.Set(key, (value, doubts), new MemoryCacheEntryOptions { Size = bytes });
        return value;
    }

    private async Task<ImageAnswer> DrawAsync(
        AnswerKey key, TaskCompletionSource<Drawn> mine, Func<CancellationToken, Task<ImageAnswer>> draw,
        Func<ImageAnswer, bool> isWhole, AnswerSources? sources, CancellationToken cancellationToken)
    {
        try
        {
            long doubts = _doubts();
            // Who drew it before may have kept it since this caller looked.
            if (Kept(key) is { } kept)
            {
                mine.SetResult(kept);
                return Given(kept, sources);
            }
            Interlocked.Increment(ref _misses);
            ImageAnswer answer = await draw(cancellationToken);
            Drawn drawn = new(answer, sources, isWhole(answer), doubts);
            if (drawn.IsWhole) Keep(key, drawn, _bytesOfAnswer, doubts);
            mine.SetResult(drawn);
            return answer;
        }
        catch
        {
            mine.SetCanceled(CancellationToken.None);
            throw;
        }
        finally
        {
            _drawn.TryRemove(key, out _);
        }
    }
}

/// <summary>
/// What makes an answer within one epoch: all that its seed follows from, so that with the daemon's own seeds the same
/// key gets the same answer whether it is drawn again or not. A prediction to a deadline is not among them: it depends
/// on the time. Certificates that may stop early have a <see cref="CertificationKey"/>.
/// </summary>
/// <param name="Mix">The experts that are asked, with commas: an answer names them.</param>
/// <param name="Message"><see cref="SeedMessage.Digest"/>.</param>
internal sealed record AnswerKey(string Mix, string Message)
{
    /// <summary>The key of one image of a request; null where its answer is not kept.</summary>
    public static AnswerKey? Of(FailoverClassifier asked, GridInput image, InferRequest request) =>
        request.Seed is not null || request.Parameters.Deadline is not null
            ? null
            : new(MixOf(asked.Classifier), MessageOf(asked, image, request).Digest);

    /// <summary>The experts of a classifier as keys name them.</summary>
    public static string MixOf(RoutedClassifier asked) => string.Join(',', asked.Routes.Select(route => route.Id));

    private static SeedMessage MessageOf(FailoverClassifier asked, GridInput image, InferRequest request)
    {
        (RoutedClassifier classifier, int count, double alpha) =
            (asked.Classifier, request.Counts.Estimation, request.FailureProbability);
        return request.Mode switch
        {
            InferMode.Predict => classifier.PredictionMessage(image.Hash, count, alpha),
            InferMode.Route => classifier.RouteMessage(image.Hash, count, alpha),
            _ => classifier.CertificateMessage(image.Hash, asked.Reserving(request.FixedPlan)),
        };
    }
}

/// <summary>
/// What makes a certificate that can be topped up, within one epoch and with the daemon's own seeds: all that its seed
/// follows from, which here leaves n out. How many more samples are drawn, until when and for what radius, is up to
/// each who asks: the bounds hold at all looks together.
/// </summary>
/// <param name="Mix">The experts that are asked, with commas: an answer names them.</param>
/// <param name="Message"><see cref="SeedMessage.Digest"/>.</param>
internal sealed record CertificationKey(string Mix, string Message)
{
    /// <summary>The key of one image's certificate.</summary>
    public static CertificationKey Of(RoutedClassifier asked, GridInput image, CertificationPlan plan) =>
        new(AnswerKey.MixOf(asked), asked.CertificateMessage(image.Hash, plan).Digest);
}
