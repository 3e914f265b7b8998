using System.Globalization;
using System.Net;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;
using Router.Votes;
using Serving.Bench;

// The daemon over voters that cost nothing: what is left is the way of a request. Prints the median of the same
// certificates asked without HTTP, then where it listens, until its standard input ends.
const int Asked = 2000, Classes = 10;
TimeProvider clock = TimeProvider.System;
decimal[] sigmas = [0.25m, 0.5m, 1m];
RoutedClassifier classifier = new(
    "router", new StubVoter("router", sigmas.Length, 0.5m),
    [.. sigmas.Select(sigma => new Router.Estimator.Route($"s{sigma}", new StubVoter($"s{sigma}", Classes, sigma)))]);
InferParameters certify = new(InferMode.Certify, new(100, 1900), 0.001, Seed: null, Mix: []);

await using (ServedModel model = Model())
{
    double[] milliseconds = new double[Asked];
    for (int i = 0; i < Asked; i++)
    {
        GridInput image = new(Enumerable.Range(0, 3 * 32 * 32).Select(pixel => (byte)(pixel + i)).ToArray(), 3, 32, 32);
        long started = clock.GetTimestamp();
        await model.AnswerAsync(new(Id: null, [image], certify, Outputs: []), CancellationToken.None);
        milliseconds[i] = clock.GetElapsedTime(started).TotalMilliseconds;
    }
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"in process {milliseconds.Order().ElementAt(Asked / 2):F3}"));
}

using CancellationTokenSource stop = new();
await using Daemon daemon = new([new(IPAddress.Loopback, 0)], new ServingLimits(), clock, _ => { });
await daemon.StartAsync(CancellationToken.None);
Task serving = daemon.ServeAsync((_, _) => Task.FromResult(Model()), stop.Token);
Console.WriteLine($"listening at {daemon.Addresses.Single()}");
await Console.In.ReadToEndAsync(CancellationToken.None);
await stop.CancelAsync();
await serving;

// No cache: every request goes the whole way.
ServedModel Model() => new(
    classifier, [3, 32, 32], new CertificationConfig(), ServedModel.FunctionsOf(classifier), [1, 2, 3], clock,
    new AdmissionQueue(64, 64), owned: null);
