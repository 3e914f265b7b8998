using System.Collections.Immutable;
using Router.Evaluation.Attacks;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// What an attack left standing: at r, the images of a log that are certified rightly and were not broken nearer than
/// r. No certificate of that system can prove more of them.
/// </summary>
internal static class AttackedSystem
{
    /// <summary>The curve over the images of a study.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="rows">What was found.</param>
    /// <param name="study">The images.</param>
    /// <param name="radii">The grid.</param>
    public static StudySystem Of(string name, IReadOnlyList<AttackRow> rows, Study study, ImmutableArray<double> radii)
    {
        Dictionary<int, AttackRow> attacked = rows.ToDictionary(row => row.Index);
        AttackRow[] right = [.. study.Images.Zip(study.Labels).Where(image => attacked.TryGetValue(
            image.First, out AttackRow? row) && row.Class == image.Second).Select(image => attacked[image.First])];
        Shares shares = new(study.Images.Length, study.Alpha);
        return new(
            name, SystemKinds.Attacked, [.. study.Experts.Select(expert => expert.Id)], "", Standings.Bound,
            shares.At(radii, radius => right.Count(row => row.Found is not { } found || found.Distance >= radius)),
            Abstained: null, [], null, MeanRadius: null, new(null, null, null));
    }

    /// <summary>What has to be said of it.</summary>
    public static string Caveat(string name, IReadOnlyList<AttackRow> rows, Study study)
    {
        HashSet<int> images = [.. study.Images];
        int tried = rows.Count(row => images.Contains(row.Index)), refuted = rows.Count(row => row.IsRefutation);
        return $"{name}: {tried} certified images were attacked; its curve bounds what certificates of them can prove. "
            + (refuted == 0 ? "No counterexample lies within a certified radius."
                : $"{refuted} counterexamples lie within a certified radius (images "
                    + $"{string.Join(", ", rows.Where(row => row.IsRefutation).Select(row => row.Index))}).");
    }
}
