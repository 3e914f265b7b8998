using System.Collections.Immutable;

namespace Router.Evaluation.Tuning;

/// <summary>
/// Bounds on the margins σΦ⁻¹(P_c) of one network, at one threshold on its confidence, on every image: from below for
/// the true class, from above for all others.
/// </summary>
internal sealed class StageMargins
{
    private readonly VotesByConfidence _votes;
    private readonly ImmutableArray<int> _labels;
    private readonly int _pass;
    private readonly double[] _above;
    private readonly Lazy<double[]> _upper;

    /// <param name="votes">The network's votes.</param>
    /// <param name="labels">The true class of each image.</param>
    /// <param name="pass">θ in steps.</param>
    /// <param name="table">Bounds by count.</param>
    /// <param name="lowerAlpha">The share of a bound from below.</param>
    /// <param name="upperAlpha">That of a bound from above.</param>
    public StageMargins(
        VotesByConfidence votes, ImmutableArray<int> labels, int pass, ExpectedMargins table, double lowerAlpha,
        double upperAlpha)
    {
        (_votes, _labels, _pass, Sigma) = (votes, labels, pass, (double)votes.Network.Sigma);
        double[] below = table.Lower(lowerAlpha);
        _above = table.Upper(upperAlpha);
        (Lower, Highest) = (new double[labels.Length], new double[labels.Length]);
        for (int image = 0; image < labels.Length; image++)
        {
            ReadOnlySpan<int> counts = votes.At(image, pass);
            int rival = 0;
            for (int other = 0; other < counts.Length; other++)
                if (other != labels[image]) rival = Math.Max(rival, counts[other]);
            Lower[image] = Sigma * below[counts[labels[image]]];
            Highest[image] = UpperOf(image, rival);
        }
        _upper = new(AllUpper);
    }

    /// <summary>σ.</summary>
    public double Sigma { get; }

    /// <summary>By image, of the true class from below; −∞ where it has no vote.</summary>
    public double[] Lower { get; }

    /// <summary>By image, the largest of any other class from above.</summary>
    public double[] Highest { get; }

    /// <summary>By image and class, from above; −∞ of the true class, which is no rival of itself.</summary>
    public double[] Upper => _upper.Value;

    private double[] AllUpper()
    {
        int classes = _votes.Network.Outcomes;
        double[] upper = new double[_labels.Length * classes];
        for (int image = 0; image < _labels.Length; image++)
        {
            ReadOnlySpan<int> counts = _votes.At(image, _pass);
            for (int other = 0; other < classes; other++)
                upper[image * classes + other] =
                    other == _labels[image] ? double.NegativeInfinity : UpperOf(image, counts[other]);
        }
        return upper;
    }

    // What the class has for sure no other can have.
    private double UpperOf(int image, int count) =>
        Math.Min(Sigma * _above[count + _votes.Undecided(image)], -Lower[image]);
}
