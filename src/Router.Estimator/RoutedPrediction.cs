using Router.Votes;

namespace Router.Estimator;

/// <summary>Where PREDICT sends an input.</summary>
/// <param name="Route">The index of the route, or null to abstain.</param>
/// <param name="Votes">The router's votes, or null where there is one expert and nothing to vote on.</param>
public sealed record RoutePrediction(int? Route, VoteCounts? Votes);

/// <summary>What PREDICT answers, without a radius.</summary>
/// <param name="Class">The class, or null to abstain.</param>
/// <param name="Route">Where the input was sent.</param>
/// <param name="Votes">The expert's votes, or null where the router abstained.</param>
public sealed record RoutedPrediction(int? Class, RoutePrediction Route, VoteCounts? Votes);
