using System.Collections.Immutable;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Votes;

namespace Router.Host.Tests.Serving;

/// <summary>A voter of two outcomes that votes when a test lets it, and as the test says.</summary>
internal sealed class ToyVoter(Func<CancellationToken, Task> beforeVoting, bool torn = false) : IVoter
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when somebody has asked for votes.</summary>
    public Task Asked => _asked.Task.WaitAsync(RunningDaemon.Patience);

    public FunctionId FunctionId => new("toy");

    public decimal Sigma => 0.5m;

    public int OutcomeCount => 2;

    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        _asked.TrySetResult();
        await beforeVoting(cancellationToken);
        long half = torn ? request.Range.Count / 2 : 0;
        return new([half, request.Range.Count - half], 0, request.Range, FunctionId);
    }
}

/// <summary>Models of toy voters over images of one pixel.</summary>
internal static class ToyModel
{
    public const string Body = """{"inputs":[{"name":"image","shape":[1,1,1],"datatype":"UINT8","data":[7]}]}""";

    public static ServedModel Of(ToyVoter expert, ServingLimits limits) =>
        Of(new RoutedClassifier(new Router.Estimator.Route("only", expert)), limits);

    public static ServedModel Of(RoutedClassifier classifier, ServingLimits limits, int epoch = 1) => new(
        classifier, [1, 1, 1], new CertificationConfig { Selection = 10, Estimation = 100, Resolution = 0 },
        [.. classifier.Functions.Select((function, i) => KeyValuePair.Create($"f{i}", function))],
        secret: [1, 2, 3], TimeProvider.System, new AdmissionQueue(atOnce: 1, limits.Waiting), owned: null)
    {
        Epoch = epoch,
    };

    /// <summary>
    /// A router over e0 and e1, who vote as they are told; everybody else votes for outcome 1 at once.
    /// </summary>
    public static ServedModel Routed(ServingLimits limits, ToyVoter? expert = null)
    {
        RoutedClassifier classifier = new("router", AtOnce(), Routes(AtOnce(), expert ?? AtOnce()));
        return new(
            classifier, [1, 1, 1], new CertificationConfig { Selection = 10, Estimation = 100, Resolution = 0 },
            ServedModel.FunctionsOf(classifier),
            secret: [1, 2, 3], TimeProvider.System, new AdmissionQueue(atOnce: 1, limits.Waiting), owned: null);
    }

    public static ToyVoter AtOnce(bool torn = false) => new(_ => Task.CompletedTask, torn);

    public static ImmutableArray<Router.Estimator.Route> Routes(params IVoter[] voters) =>
        [.. voters.Select((voter, i) => new Router.Estimator.Route($"e{i}", voter))];
}
