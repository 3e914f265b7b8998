using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Smoothing;
using Router.Votes;

namespace Router.Host.Serving.Model;

/// <summary>
/// The routed classifier as the model <c>dualrs</c>: a bounded number of images in flight, whose samples share the
/// experts' forward passes.
/// </summary>
internal sealed partial class ServedModel : IAsyncDisposable
{
    // Networks that do not come back from a forward pass hold nobody up for longer.
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(30);

    /// <summary>Its name over HTTP.</summary>
    public const string Name = "dualrs";

    private readonly SeedSource _seeds;
    private readonly TimeProvider _clock;
    private readonly AdmissionQueue _turns;
    private readonly IDisposable? _owned;
    private readonly RecordSigner _recordSigner;
    private readonly CancellationTokenSource _end = new(), _shutdown = new();
    private long _lastRequestTicks;

    /// <summary>A model over any voters.</summary>
    /// <param name="classifier">What is certified.</param>
    /// <param name="imageShape">(channels, height, width) of an input.</param>
    /// <param name="defaults">α, n0 and n where a request does not say.</param>
    /// <param name="functions">Id and function of everyone who can vote.</param>
    /// <param name="secret">32 bytes no caller knows: seeds are derived from it.</param>
    /// <param name="clock">Times requests.</param>
    /// <param name="turns">Who is served when.</param>
    /// <param name="owned">Disposed of with the model.</param>
    /// <param name="failover">What happens where an expert cannot answer; the request is refused unless told.</param>
    /// <param name="recordSigner">
    /// Writes the records of certificates; unsigned ones without versions unless told.
    /// </param>
    public ServedModel(
        RoutedClassifier classifier, ImmutableArray<int> imageShape, CertificationConfig defaults,
        IReadOnlyList<KeyValuePair<string, FunctionId>> functions, byte[] secret, TimeProvider clock,
        AdmissionQueue turns, IDisposable? owned,
        FailoverPolicy? failover = null, RecordSigner? recordSigner = null)
    {
        (Served, ImageShape, Defaults, Functions) = (
            new(classifier, failover ?? new FailoverPolicy.Refuse()), imageShape, defaults, functions);
        (_seeds, _clock, _turns, _owned) = (new(secret, SeedOrigin.Server), clock, turns, owned);
        _recordSigner = recordSigner ?? new(classifier, ImmutableSortedDictionary<string, string>.Empty);
    }

    /// <summary>A loaded registry, as it is deployed.</summary>
    /// <param name="deployed">What was loaded; disposed of with the model.</param>
    /// <param name="limits">What it takes on.</param>
    /// <param name="key">Signs records, or null.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="secret">32 bytes no caller knows; fresh ones unless told.</param>
    /// <param name="epoch">Its number among the registries of this daemon.</param>
    /// <param name="resilience">The circuits of its networks; none unless told.</param>
    public static ServedModel Of(Deployment deployed, ServingLimits limits, ECDsa? key, Surroundings surroundings,
        byte[]? secret = null, int epoch = 1,
        Resilience? resilience = null)
    {
        bool isHere = deployed.Remote.IsEmpty;
        RoutedClassifier classifier = resilience is null ? deployed.Classifier
            : isHere ? RegisteredMix.Deployed(deployed.Registry, resilience.Of)
            : RegisteredMix.Deployed(deployed.Config, id => resilience.Of(id, deployed.Remote[id]));
        Func<LoadedNetwork, IVoter> voting = resilience is null ? network => network.Voter : resilience.Of;
        return new(
            classifier,
            [deployed.Dataset.Channels, deployed.Dataset.Height, deployed.Dataset.Width],
            deployed.Config.Certification,
            FunctionsOf(classifier),
            secret ?? surroundings.FreshSecret(),
            surroundings.Clock,
            new(limits.InFlight, limits.Waiting, newcomers: limits.InFlight),
            deployed,
            RegisteredMix.FailoverOf(deployed.Config),
            new(classifier, Versions.Of(deployed), key))
        {
            DataSet = DataSetKind.Find(deployed.Config.Dataset),
            Samples = new(() => SamplePictures.Of(DataSetKind.Find(deployed.Config.Dataset), surroundings)),
            Epoch = epoch,
            Circuits = resilience,
            Networks = isHere ? [.. deployed.Registry.Networks] : [],
            NumberedVersions = isHere ? [.. VersionsOf(deployed.Registry, voting)] : [],
            Remote = deployed.Remote,
            Cache = limits.CacheBytes == 0 ? null : new(limits.CacheBytes, classifier.Functions.Count(),
                Math.Max(classifier.ClassCount, classifier.Routes.Length),
                () => deployed.Remote.Values.Sum(network => network.Doubts)),
        };
    }

    /// <summary>The number of its registry among those of the daemon, from 1.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Its version over HTTP: the number of its registry.</summary>
    public string Version => Epoch.ToString(CultureInfo.InvariantCulture);

    /// <summary>The circuits of its networks; null where they have none.</summary>
    public Resilience? Circuits { get; init; }

    /// <summary>Answers that are given again; null where every one is drawn.</summary>
    public AnswerCache? Cache { get; init; }

    /// <summary>The requests that it has.</summary>
    public ReferenceCount Uses { get; } = new();

    /// <summary>What is certified, and what happens where an expert cannot answer.</summary>
    public FailoverClassifier Served { get; }

    /// <summary>What is certified.</summary>
    public RoutedClassifier Classifier => Served.Classifier;

    /// <summary>(channels, height, width) of an input.</summary>
    public ImmutableArray<int> ImageShape { get; }

    /// <summary>How picture files become inputs, and what classes are called; null where that is not known.</summary>
    public DataSetKind? DataSet { get; init; }

    /// <summary>Pictures to try it with, read when somebody first asks.</summary>
    public Lazy<ImmutableArray<SamplePicture>> Samples { get; init; } = new(SamplePictures.Rendered);

    /// <summary>α, n0 and n where a request does not say.</summary>
    public CertificationConfig Defaults { get; }

    /// <summary>Id and function of everyone who can vote, the router first.</summary>
    public IReadOnlyList<KeyValuePair<string, FunctionId>> Functions { get; }

    /// <summary>
    /// Id and function of everyone who can vote in a classifier: behind a mix, the router is another function.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, FunctionId>> FunctionsOf(RoutedClassifier classifier)
    {
        IEnumerable<string> ids = classifier.Routes.Select(route => route.Id);
        return [.. (classifier.RouterId is { } router ? ids.Prepend(router) : ids)
            .Zip(classifier.Functions, KeyValuePair.Create)];
    }

    /// <summary>The classifier a request asks: all experts, or its mix.</summary>
    public FailoverClassifier Asked(InferParameters parameters) => Asked(parameters.Mix);

    /// <summary>The classifier of some experts, of all where none is named, or of a version alone.</summary>
    public FailoverClassifier Asked(ImmutableArray<string> mix) =>
        mix.IsEmpty ? Served : OtherVersion(mix)?.Alone ?? Served.Restrict(mix);

    /// <summary>Id and function of everyone who can vote in <see cref="Asked(ImmutableArray{string})"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, FunctionId>> FunctionsOf(ImmutableArray<string> mix) =>
        mix.IsEmpty || (mix.Length == Classifier.Routes.Length && OtherVersion(mix) is null)
            ? Functions : FunctionsOf(Asked(mix).Classifier);

    /// <summary>
    /// The most noisy samples that a request can draw, over all of its images: what its caller's allowance must hold.
    /// </summary>
    /// <param name="parameters">How to answer.</param>
    /// <param name="images">How many images.</param>
    public long MostSamples(InferParameters parameters, int images)
    {
        FailoverClassifier asked = Asked(parameters);
        return images * parameters.Mode switch
        {
            InferMode.Predict => asked.Classifier.MostSamplesOfPrediction(parameters.Counts.Estimation),
            InferMode.Route => asked.Classifier.MostSamplesOfRoute(parameters.Counts.Estimation),
            _ => asked.MostSamples(parameters.FixedPlan),
        };
    }

    /// <summary>Images in flight, and requests that wait.</summary>
    public (int Taken, int Waiting) Load => _turns.Load;

    /// <summary>
    /// When one turned away should ask again: after as long as the last request took, at least a second.
    /// </summary>
    public TimeSpan RetryAfter => TimeSpan.FromSeconds(
        Math.Max(1, Math.Ceiling(TimeSpan.FromTicks(Interlocked.Read(ref _lastRequestTicks)).TotalSeconds)));

    /// <summary>Answers each image of a request when it is the request's turn.</summary>
    /// <returns>Null where too many wait already.</returns>
    /// <exception cref="OperationCanceledException">The caller is gone, or the drain time is over.</exception>
    public async Task<ImmutableArray<ImageAnswer>?> AnswerAsync(
        InferRequest request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, _end.Token);
        RequestDeadline deadline = DeadlineIn(request.Parameters.Deadline);
        Claim claim = ClaimOf(request, deadline);
        (bool inTime, IDisposable? taken) = await TakeTurnAsync(request.Party, claim, deadline, either.Token);
        if (!inTime) return [.. request.Images.Select(_ => ImageAnswer.Late(deadline, "its turn came"))];
        using IDisposable? turn = taken;
        if (turn is null) return null;
        request.TurnCame?.Invoke();
        long started = _clock.GetTimestamp();
        SeedSource seeds = SeedsOf(request);
        FailoverClassifier asked = Asked(request.Parameters);
        FanOut<ImageAnswer> spread = new(_turns, request.Party, (image, sources, stopped) => TracedAsync(
            asked.For(new() { Claim = claim with { Sources = sources }, Drawn = request.Drawn }), request, image,
            traced => AnswerAsync(traced, request.Images[image], request, seeds, deadline, stopped)));
        ImageAnswer[] answers = await spread.OverAsync(request.Images.Length, either.Token);
        Interlocked.Exchange(ref _lastRequestTicks, _clock.GetElapsedTime(started).Ticks);
        return ImmutableArray.Create(answers);
    }

    /// <summary>Every request says at once what is proved, or that it is too late.</summary>
    public void ShutDown()
    {
        try
        {
            _shutdown.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    /// <summary>Ends what is still running and waits for it; only then the networks go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _turns.CloseAsync();
        Task gone = Task.Run(() => _owned?.Dispose());
        await Task.WhenAny(gone, Task.Delay(EndingTime, _clock));
        if (gone.IsCompleted) await gone;
        Cache?.Dispose();
        _shutdown.Dispose();
        _end.Dispose();
    }

    private static Claim ClaimOf(InferRequest request, RequestDeadline deadline) => new()
    {
        Caller = request.Party, Party = request, Priority = request.Parameters.Priority, Deadline = deadline.Asked,
    };

    private Task<ImageAnswer> AnswerAsync(
        FailoverClassifier asked, GridInput image, InferRequest request, SeedSource seeds, RequestDeadline deadline,
        CancellationToken cancellationToken) =>
        IsGrown(request) ? GrowAsync(asked, image, request, seeds, deadline, cancellationToken)
        : Cache is not null && AnswerKey.Of(asked, image, request) is { } key
            ? Cache.GetAsync(
                key, stopped => DrawAsync(asked, image, request, seeds, deadline, stopped),
                answer => answer.Refusal is null && answer.Mix.Length == asked.Classifier.Routes.Length
                    && !request.Drawn.AnyFailed, cancellationToken, asked.Classifier.Context.Claim.Sources)
            : DrawAsync(asked, image, request, seeds, deadline, cancellationToken);

    private async Task<ImageAnswer> DrawAsync(
        FailoverClassifier asked, GridInput image, InferRequest request, SeedSource seeds, RequestDeadline deadline,
        CancellationToken cancellationToken)
    {
        (bool inTime, ImageAnswer? answer) = await deadline.TryAsync(
            late => request.Mode == InferMode.Certify
                ? CertifyAsync(asked, image, request.FixedPlan, seeds, late)
                : PredictAsync(asked, image, request, seeds, late),
            cancellationToken);
        return inTime ? answer! : ImageAnswer.Late(deadline, "all votes were in");
    }

    private async Task<ImageAnswer> CertifyAsync(
        FailoverClassifier asked, GridInput image, CertificationPlan plan, SeedSource seeds,
        CancellationToken cancellationToken) =>
        AnswerOf(await asked.CertifyAsync(image, plan, seeds, cancellationToken), seeds);

    private ImageAnswer AnswerOf(CertificationAnswer answer, SeedSource seeds) => answer switch
    {
        CertificationAnswer.Certified certified => ImageAnswer.Of(
            certified.Certificate, certified.Classifier, _recordSigner.For(certified.Classifier), seeds.Origin),
        CertificationAnswer.Refused refused => ImageAnswer.Refused(refused.Reason),
        _ => throw new InvalidOperationException("there is no such answer"),
    };

    // A class without a radius is asked of all of a mix or not at all: no part of its α is kept for another.
    private static async Task<ImageAnswer> PredictAsync(
        FailoverClassifier asked, GridInput image, InferRequest request, SeedSource seeds,
        CancellationToken cancellationToken)
    {
        try
        {
            return request.Mode == InferMode.Route
                ? ImageAnswer.Of(await asked.Classifier.PredictRouteAsync(
                    image, request.Counts.Estimation, request.FailureProbability, seeds, cancellationToken),
                        asked.Classifier)
                : ImageAnswer.Of(await asked.Classifier.PredictAsync(
                    image, request.Counts.Estimation, request.FailureProbability, seeds, cancellationToken),
                        asked.Classifier);
        }
        catch (VoterUnavailableException fault)
        {
            return ImageAnswer.Refused(asked.Refusal(fault).Reason);
        }
    }
}
