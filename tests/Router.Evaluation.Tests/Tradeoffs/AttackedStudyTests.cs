using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Tradeoffs;

public sealed class AttackedStudyTests : IDisposable
{
    private readonly StudyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Image 0 was broken at a distance of 51/255 = .2, image 1 withstood, image 2 was certified as another class, image
    // 3 was not certified.
    [Fact]
    public void An_attack_bounds_what_certificates_can_prove()
    {
        _folder.Log("sigma_0.25", "0 3 3 0.1", "1 4 4 0.3", "2 5 6 0.25", "3 6 -1 0.0");
        string attack = _folder.Text("attack/found.tsv",
            "idx\tlabel\tclass\tcertified_radius\tdistance2_levels\tdistance\tgoal\troute_found\tclass_found\talpha\t"
            + "seed\tsamples\n"
            + "0\t3\t3\t0.1\t2601\t0.2\texpert\ts025\t1\t0.001\t7\t100\n"
            + "1\t4\t4\t0.3\t\t\t\t\t\t0.001\t\t100\n"
            + "2\t5\t6\t0.25\t\t\t\t\t\t0.001\t\t100\n");
        TradeoffDocument study = _folder.Study(
            request => request with { Attacks = [attack], Radii = [0, 0.1, 0.2, 0.3, 1] },
            System.IO.Path.Combine(_folder.Path, "sigma_0.25"));
        StudySystem left = study.System("after found.tsv");
        Assert.Equal((SystemKinds.Attacked, "bound"), (left.Kind, left.Standing));
        Assert.Equal((null, null), (left.Abstained, left.MeanRadius)); // it tried right answers alone
        Assert.Equal([0.5, 0.5, 0.5, 0.25, 0.25], new[] { 0, 0.1, 0.2, 0.3, 1 }.Select(left.At));
        Assert.Contains(
            study.Caveats,
            caveat => caveat.Contains("No counterexample lies within a certified radius", StringComparison.Ordinal));
    }
}
