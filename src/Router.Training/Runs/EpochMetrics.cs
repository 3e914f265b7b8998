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
    internal const string Header = "epoch\tlearning_rate\tloss\taccuracy\tvalidation\tseconds";

    internal string Line => string.Create(
        CultureInfo.InvariantCulture,
        $"{Epoch}\t{LearningRate:g6}\t{Loss:g6}\t{Accuracy:0.0000}\t"
        + $"{(Validation is { } share ? share.ToString("0.0000", CultureInfo.InvariantCulture) : "-")}\t"
        + $"{Elapsed.TotalSeconds:0.0}");
}
