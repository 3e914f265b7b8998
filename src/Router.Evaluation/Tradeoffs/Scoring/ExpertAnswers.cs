using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// What is known of one expert on every image: votes, from which any bound follows, or the certificates that a log
/// holds.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="sigma">σ of its noise, in [0,1] pixels.</param>
internal abstract class ExpertAnswers(string id, decimal sigma)
{
    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>σ of its noise, in [0,1] pixels.</summary>
    public decimal Sigma { get; } = sigma;

    /// <summary>The images it was asked about, and their true class where that is known.</summary>
    public abstract IReadOnlyDictionary<int, int?> Labels { get; }

    /// <summary>The id of the function that answered; null where nothing says.</summary>
    public abstract string? Function { get; }

    /// <summary>
    /// Which stream of each image's seed its noise came from: k + 1 where it was asked as route k, and 1 where it was
    /// asked alone; null where nothing says.
    /// </summary>
    public abstract uint? Stream { get; }

    /// <summary>Mean measured seconds per image; null where nothing says.</summary>
    public abstract double? Seconds { get; }

    /// <summary>The class that its selection votes name, or its log; null where the log abstains.</summary>
    /// <param name="image">An image of <see cref="Labels"/>.</param>
    public abstract int? ClassOf(int image);

    /// <summary>
    /// The radius it certifies alone with all of α: from both sides (Cohen et al. 2019, Theorem 1), as <c>certify
    /// --expert</c> does by default, where its votes are known; as printed, where a log says.
    /// </summary>
    /// <param name="image">An image of <see cref="Labels"/>.</param>
    /// <param name="alpha">α.</param>
    public abstract double RadiusAlone(int image, double alpha);

    /// <summary>
    /// The radius within which a class is constant, as part of a larger certificate; 0 where it is not known to be.
    /// </summary>
    /// <param name="image">An image of <see cref="Labels"/>.</param>
    /// <param name="label">The class.</param>
    /// <param name="share">Whose share of the ledger bounds it: the expert's or a peer's.</param>
    /// <param name="ledger">The split of α.</param>
    public abstract double Radius(int image, int label, string share, AlphaLedger ledger);

    /// <summary>
    /// The radius that it would have if all of its votes agreed: who cannot gain even then is not asked.
    /// </summary>
    /// <inheritdoc cref="Radius" path="/param"/>
    public abstract double Ceiling(int image, string share, AlphaLedger ledger);

    /// <summary>Samples that were drawn to select the class, and to bound it; null where nothing says.</summary>
    /// <param name="image">An image of <see cref="Labels"/>.</param>
    public abstract (long Selection, long Estimation)? Samples(int image);
}
