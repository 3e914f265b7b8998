using Router.Evaluation.Logs;
using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// An expert that is known by its certification log. Its certificates spent an α of their own, so a mix of them is an
/// estimate.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="sigma">σ of its noise, in [0,1] pixels.</param>
/// <param name="log">One row per image.</param>
internal sealed class LoggedExpert(string id, decimal sigma, CertificationLog log) : ExpertAnswers(id, sigma)
{
    private readonly Dictionary<int, LogRow> _rows = log.Rows.ToDictionary(row => row.Index);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, int?> Labels { get; } = log.Rows.ToDictionary(
        row => row.Index, row => (int?)row.Label);

    /// <inheritdoc/>
    public override string? Function => null;

    /// <inheritdoc/>
    public override uint? Stream => null;

    /// <inheritdoc/>
    public override double? Seconds { get; } = log.MeanSeconds;

    /// <inheritdoc/>
    public override int? ClassOf(int image) => _rows[image].Predicted;

    /// <inheritdoc/>
    public override double RadiusAlone(int image, double alpha) => _rows[image].Radius;

    /// <inheritdoc/>
    public override double Radius(int image, int label, string share, AlphaLedger ledger) =>
        _rows[image] is { } row && row.Predicted == label ? row.SoundRadius : 0;

    /// <inheritdoc/>
    public override double Ceiling(int image, string share, AlphaLedger ledger) => double.PositiveInfinity;

    /// <inheritdoc/>
    public override (long Selection, long Estimation)? Samples(int image) => null;
}
