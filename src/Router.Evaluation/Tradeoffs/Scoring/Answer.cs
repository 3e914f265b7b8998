using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>What a system answered about an image.</summary>
/// <param name="Class">The class; null where it abstained.</param>
/// <param name="Radius">The radius, ≥ 0.</param>
/// <param name="Route">
/// The expert that was routed to, by its place in the study; null where nothing was routed, or nowhere.
/// </param>
/// <param name="Stage">What limits the radius.</param>
/// <param name="Other">The other expert that does, by its place, where it is one.</param>
/// <param name="Cost">What it took.</param>
internal readonly record struct Answer(int? Class, double Radius, int? Route, Stage Stage, int? Other, Cost Cost)
{
    /// <summary>The radius, or 0 where the class is not the true one.</summary>
    public double RadiusIf(int label) => Class == label ? Radius : 0;
}
