using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>
/// How many images of a document are classified rightly with a certified radius of r or more, at any r: from the
/// answers that images list.
/// </summary>
internal sealed class RightAnswers
{
    private const int FineSteps = 120;
    private static readonly double[] RoundSteps = [0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.25];

    private readonly TradeoffDocument _document;

    // By system: the radius per image, below 0 where the class is wrong. Systems that some image does not list are
    // missing.
    private readonly Dictionary<string, double[]> _radii = [];

    public RightAnswers(TradeoffDocument document)
    {
        _document = document;
        if (document.Images.IsEmpty) return;
        foreach (int system in document.Images[0].Answers.Select(answer => answer.System))
        {
            double?[] radii =
            [
                .. document.Images.Select(
                    image => image.Answers.FirstOrDefault(answer => answer.System == system) is { } answer
                    ? answer.Class == image.Label ? answer.Radius : -1
                    : (double?)null),
            ];
            if (!radii.Contains(null)) _radii[document.Systems[system].Name] =
                [.. radii.Select(radius => radius!.Value)];
        }
    }

    /// <summary>At most 121 radii in round steps, as far as anything is certified.</summary>
    public IEnumerable<double> FineRadii
    {
        get
        {
            double end = _radii.Values.SelectMany(radii => radii).DefaultIfEmpty(0).Max();
            double step =
                RoundSteps.FirstOrDefault(one => one * FineSteps >= end, Math.Max(end, RoundSteps[0]) / FineSteps);
            return Enumerable.Range(1, FineSteps + 1).Select(k => Math.Round(k * step, 4)).Where(
                radius => radius < end + step);
        }
    }

    /// <summary>
    /// The count of a system by radius; oracle and envelope are made of the experts of their mix. Null where images do
    /// not tell.
    /// </summary>
    public Func<double, int>? CountOf(StudySystem system)
    {
        if (_radii.TryGetValue(system.Name, out double[]? own))
            return radius => own.Count(reached => reached >= radius);
        if (system.Kind is not (SystemKinds.Oracle or SystemKinds.Envelope)) return null;
        double[]?[] experts = [.. system.Experts.Select(RadiiOfExpert)];
        if (experts.Length == 0 || experts.Contains(null)) return null;
        return system.Kind == SystemKinds.Oracle
            ? radius => Enumerable.Range(0, _document.Images.Length).Count(
                image => experts.Any(radii => radii![image] >= radius))
            : radius => experts.Max(radii => radii!.Count(reached => reached >= radius));
    }

    private double[]? RadiiOfExpert(string id) =>
        _document.Systems.FirstOrDefault(
            system => system.Kind == SystemKinds.Single && system.Experts.SequenceEqual([id])) is { } single
            ? _radii.GetValueOrDefault(single.Name)
            : null;
}
