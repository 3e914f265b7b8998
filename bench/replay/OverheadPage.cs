using System.Collections.Immutable;
using System.Globalization;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Runs;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using static Replay.Bench.Markdown;

namespace Replay.Bench;

/// <summary>
/// What a cascade's certificate costs beside one of the expert that answered, asked alone with the same α: the samples
/// that finding out who answers takes, and its proof.
/// </summary>
internal sealed class OverheadPage
{
    private static readonly SampleCounts Counts = new(100, 10_000);

    private readonly (string Id, VoteRecording Recording, PassThreshold Pass)[] _stages;
    private readonly ImmutableArray<GridInput> _images;
    private readonly SeedSource _seeds;

    /// <param name="folder">What <c>dualrs votes</c> wrote, 10 100 draws or more of each image.</param>
    /// <param name="data">The folder of CIFAR-10's binary version.</param>
    /// <param name="cascade">Its stages in order, with their θ: <c>s100@0.485,s050@0.52</c>.</param>
    public OverheadPage(string folder, string data, string cascade)
    {
        _stages =
        [
            .. cascade.Split(',').Select(stage => stage.Split('@')).Select(stage => (
                stage[0], VoteRecording.Open(folder, stage[0]),
                PassThreshold.At(decimal.Parse(stage[1], CultureInfo.InvariantCulture)))),
        ];
        RecordingTerms terms = _stages[0].Recording.Terms;
        Cifar10 test = Cifar10.Open(data, Cifar10Split.Test);
        int complete = _stages.Min(stage => stage.Recording.CompleteImages);
        _images = [.. terms.Images.Take(complete).Select(image => test.Read(image.Index).Image.ToInput())];
        _seeds = SeedSource.FromCaller(terms.Seed);
    }

    public async Task WriteAsync(TextWriter page)
    {
        page.WriteLine(Header(
            ["asked for", "samples, cascade", "samples, its expert alone", "times as many", "median of images"]));
        foreach ((string name, StoppingRules rules) in ((string, StoppingRules)[])
        [
            ("r = .25", new() { Target = .25 }), ("r = .5", new() { Target = .5 }), ("r = 1", new() { Target = 1 }),
            ("radius within .05 σ", new() { Resolution = .05 }),
        ])
        {
            CertificationPlan plan = new(SamplingPlan.Adaptive(Counts, Counts, rules), Recordings.Alpha);
            List<(double Cascade, double Alone)> samples = [];
            foreach (GridInput image in _images)
            {
                RoutedClassifier cascade = new(
                    [.. _stages.Select(RouteOf)],
                    new Cascade([.. _stages.Skip(1).Select(_ => (Thresholds).5m)]));
                Certificate whole = await cascade.CertifyAsync(image, plan, _seeds);
                RoutedClassifier single = new(RouteOf(_stages.Single(stage => stage.Id == whole.Expert!.Id)));
                Certificate alone = await single.CertifyAsync(image, plan, _seeds);
                samples.Add((whole.SamplesDrawn, alone.SamplesDrawn));
            }
            double[] ratios = [.. samples.Select(one => one.Cascade / one.Alone).Order()];
            page.WriteLine(Line(
            [
                name, Count(samples.Average(one => one.Cascade)), Count(samples.Average(one => one.Alone)),
                Ratio(samples.Sum(one => one.Cascade) / samples.Sum(one => one.Alone)),
                Ratio(ratios[ratios.Length / 2]),
            ]));
        }
    }

    // A recording is of the stream that its network had where it was recorded.
    private static Route RouteOf((string Id, VoteRecording Recording, PassThreshold Pass) stage) => new(
        stage.Id,
        new RestreamedVoter(
            new RecordedVoter(stage.Recording, Counts.Selection, stage.Pass), stage.Recording.Terms.Stream))
    {
        Pass = stage.Pass,
    };
}
