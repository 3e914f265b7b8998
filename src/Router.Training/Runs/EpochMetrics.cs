using System.Globalization;

namespace Router.Training.Runs;

/// <summary>What one epoch did.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="LearningRate">Of its last step.</param>
/// <param name="Loss">The mean over its steps.</param>
/// <param name="Accuracy">The share of right answers under noise, while learning, in [0,1].</param>
/// <param name="Validation">The same on held-out images, after it; null where none are held out.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record EpochMetrics(
    int Epoch, double LearningRate, double Loss, double Accuracy, double? Validation, TimeSpan Elapsed)
{
    private const string Columns = "epoch\tlearning_rate\tloss\taccuracy\tvalidation\tseconds";

    /// <summary>
    /// Of a network of several σ the share on held-out images under each, of which <see cref="Validation"/> is the
    /// mean.
    /// </summary>
    public IReadOnlyList<double> ValidationBySigma { get; init; } = [];

    /// <summary>The columns, with one more for each of several σ.</summary>
    internal static string HeaderOf(IEnumerable<decimal> sigmas) => Columns + string.Concat(
        sigmas.Select(sigma => string.Create(CultureInfo.InvariantCulture, $"\tvalidation_{sigma}")));

    internal string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"{Epoch}\t{LearningRate:g6}\t{Loss:g6}\t{Accuracy:0.0000}\t"
        + $"{(Validation is { } share ? share.ToString("0.0000", CultureInfo.InvariantCulture) : "-")}\t"
        + $"{Elapsed.TotalSeconds:0.0}")
        + string.Concat(ValidationBySigma.Select(
            share => string.Create(CultureInfo.InvariantCulture, $"\t{share:0.0000}")));
}
