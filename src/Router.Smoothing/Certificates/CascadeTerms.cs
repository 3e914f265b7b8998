using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>
/// A_i and S_i of a cascade's stages, as far as they were asked: the radius, what limits it, and whether asking another
/// stage could enlarge it (docs/certificates.md, section 5).
/// </summary>
/// <param name="cascade">The order and its thresholds.</param>
/// <param name="answering">The place of the first stage whose selection votes made it answer.</param>
/// <param name="label">c, the class of its answer.</param>
public sealed class CascadeTerms(Cascade cascade, int answering, int label)
{
    private readonly double[] _answers = new double[cascade.StageCount], _silences = new double[cascade.StageCount];
    private readonly bool[] _asked = new bool[cascade.StageCount];

    /// <summary>R; 0 where nothing is proved.</summary>
    public double Radius => Cascade.Radius(_answers, _silences).Radius;

    /// <summary>
    /// The stage that limits R, or made it 0, and its place; of one that was not asked the answering one stands for it.
    /// </summary>
    public (Stage Stage, int Place) Limit =>
        Cascade.Radius(_answers, _silences).Stage is var place && (place == answering || !_asked[place])
        ? (Stage.Expert, answering)
        : (place < answering ? Stage.Earlier : Stage.Later, place);

    /// <summary>Takes up what a stage's votes show.</summary>
    /// <param name="place">Its place in the order.</param>
    /// <param name="sigma">σ_i.</param>
    /// <param name="lower">L_i, 0 where there is none.</param>
    /// <param name="rival">V_i, and of which class; null where no other class was bounded.</param>
    public void Add(int place, decimal sigma, Probability lower, RivalBound? rival) =>
        (_asked[place], (_answers[place], _silences[place])) =
            (true, cascade.Radii(place, sigma, label, lower, rival ?? cascade.Unknown(place, label)));

    /// <summary>Whether a stage's votes were taken up.</summary>
    public bool Has(int place) => _asked[place];

    /// <summary>A_i and S_i of a stage; 0 where it was not asked.</summary>
    public (double Answer, double Silence) this[int place] => (_answers[place], _silences[place]);

    /// <summary>
    /// The largest R that n votes of each stage can prove, reached where all of them are for one class; 0 where they
    /// can prove none. A threshold below ½ lets fewer votes prove one than a class needs by itself.
    /// </summary>
    /// <param name="cascade">The order and its thresholds.</param>
    /// <param name="sigmas">σ_i of every stage.</param>
    /// <param name="draws">n of every stage, ≥ 1.</param>
    /// <param name="ledger">The split of α (<see cref="Cascade.Split"/>).</param>
    public static double Ceiling(Cascade cascade, ImmutableArray<decimal> sigmas, long draws, AlphaLedger ledger)
    {
        Probability lower = ClopperPearson.Lower(draws, draws, ledger[AlphaLedger.Expert]);
        Probability upper = ClopperPearson.Upper(0, draws, ledger[AlphaLedger.Silence]);
        return Enumerable.Range(0, cascade.ClassCount ?? 1).Max(label =>
        {
            CascadeTerms terms = new(cascade, answering: 0, label);
            for (int place = 0; place < sigmas.Length; place++)
                terms.Add(place, sigmas[place], lower, cascade.Unknown(place, label) with { Upper = upper });
            return terms.Radius;
        });
    }

    /// <summary>
    /// The fewest n, from <paramref name="draws"/> on, with which <see cref="Ceiling"/> is above 0. A stage has less of
    /// α than an expert alone, and a threshold below ½ asks less of its bound.
    /// </summary>
    /// <inheritdoc cref="Ceiling" path="/param"/>
    public static int FewestThatProve(
        Cascade cascade, ImmutableArray<decimal> sigmas, int draws, AlphaLedger ledger)
    {
        while (Ceiling(cascade, sigmas, draws, ledger) == 0)
            draws++;
        return draws;
    }

    /// <summary>
    /// The stage to ask next: earlier ones in their order, then later ones; null where stages that were not asked could
    /// not enlarge the radius, were they as good as their votes can show them to be. An earlier one can by its silence
    /// alone, for its selection votes passed on.
    /// </summary>
    /// <param name="best">σ_i, and where every vote is for the class L_i and the V_i of every other.</param>
    public int? Next(Func<int, (decimal Sigma, Probability Lower, Probability Upper)> best)
    {
        double[] answers = [.. _answers], silences = [.. _silences];
        for (int place = 0; place < _asked.Length; place++)
        {
            if (_asked[place]) continue;
            (decimal sigma, Probability lower, Probability upper) = best(place);
            // Where no other class has a vote, the one with the least threshold comes nearest.
            RivalBound rival = cascade.Unknown(place, label) with { Upper = upper };
            (double answer, silences[place]) = cascade.Radii(place, sigma, label, lower, rival);
            answers[place] = place > answering ? answer : 0;
        }
        return Cascade.Radius(answers, silences).Radius > Radius ? Array.IndexOf(_asked, false) : null;
    }
}
