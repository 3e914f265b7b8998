using System.Collections.Immutable;
using Router.Evaluation.Tuning;

namespace Router.Evaluation.Tests.Tuning;

/// <summary>One stage of a cascade is varied: what is then scored must be what the whole cascade has.</summary>
public sealed class CascadeTrialTests
{
    private const int Classes = 3, Count = 60;
    private static readonly RadiusGrid Radii = new([0, 0.1, 0.25, 0.5, 0.75, 1, 2]);
    private static readonly ImmutableArray<int> Labels = [.. Enumerable.Range(0, Count).Select(i => i * 7 % Classes)];

    private static readonly TuningVotes World = VotesOfAWorld.Of(
        Labels, 1000, VotesOfAWorld.Random("s100", 1m, Classes, Count, 200, 1),
        VotesOfAWorld.Random("s050", 0.5m, Classes, Count, 150, 2),
        VotesOfAWorld.Random("s025", 0.25m, Classes, Count, 100, 3));

    private static readonly int[] Images = [.. Enumerable.Range(0, Count).Where(i => i % 4 != 1)];

    private static readonly TunedCascade Start = new([0, 1, 2], [70, 40, 0], [[90], [110], [100]]);

    private static readonly TunedCascade ByClass = new(
        [0, 1, 2], [70, 40, 0], [[90, 60, 120], [100, 130, 50], [100]]);

    private static double[] Held(TunedCascade cascade)
    {
        double[] held = new double[Radii.Length];
        new CascadeTrial(World, Images, Radii, cascade).Held(held);
        return held;
    }

    [Theory]
    [InlineData(0, 0, 100)]
    [InlineData(1, 120, 60)]
    [InlineData(1, 40, 199)]
    [InlineData(2, 130, 100)]
    public void A_stage_with_another_theta_and_tau_scores_as_the_cascade_that_has_them(int stage, int pass, int tau)
    {
        CascadeTrial trial = new(World, Images, Radii, Start);
        double[] held = new double[Radii.Length];
        trial.Focus(stage);
        trial.Held(stage, pass, tau, held);
        TunedCascade other = Start with
        {
            Pass = Start.Pass.SetItem(stage, pass),
            Thresholds = Start.Thresholds.SetItem(stage, [tau]),
        };
        Assert.Equal(Held(other), held);
        Assert.NotEqual(Held(Start), held);
        trial.Take(stage, pass, [tau]);
        trial.Held(held);
        Assert.Equal(Held(other), held);
        Assert.Equal(other, trial.Current);
    }

    [Theory]
    [InlineData(0, 1, 150)]
    [InlineData(1, 2, 160)]
    [InlineData(1, 0, 20)]
    public void A_stage_with_another_tau_of_one_class_scores_as_the_cascade_that_has_it(int stage, int label, int tau)
    {
        CascadeTrial trial = new(World, Images, Radii, ByClass);
        double[] held = new double[Radii.Length];
        trial.Focus(stage, label);
        trial.HeldByClass(stage, label, tau, held);
        TunedCascade other = ByClass with
        {
            Thresholds = ByClass.Thresholds.SetItem(stage, ByClass.Thresholds[stage].SetItem(label, tau)),
        };
        Assert.Equal(Held(other), held);
        Assert.NotEqual(Held(ByClass), held);
    }

    [Fact]
    public void One_tau_by_class_is_one_tau_for_all()
    {
        TunedCascade same = Start with
        {
            Thresholds = [.. Start.Thresholds.SkipLast(1)
                .Select(stage => Enumerable.Repeat(stage[0], Classes).ToImmutableArray()), Start.Thresholds[^1]],
        };
        Assert.Equal(
            new CascadeTrial(World, Images, Radii, Start).Radii(),
            new CascadeTrial(World, Images, Radii, same).Radii());
    }
}
