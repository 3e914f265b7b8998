using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>What legends and tables call kinds and standings: the same, as the names of systems do.</summary>
internal static class Words
{
    private const string UnderAttack = "under attack";

    /// <summary>Of one of <see cref="SystemKinds"/>.</summary>
    public static string OfKind(string kind) => kind switch
    {
        SystemKinds.Hard => "hard route",
        SystemKinds.Envelope => "best single",
        SystemKinds.Attacked => UnderAttack,
        _ => kind,
    };

    /// <summary>What a system's figures are worth: what an attack left is a bound that no proof gave.</summary>
    public static string OfStanding(StudySystem system) =>
        system.Kind == SystemKinds.Attacked ? UnderAttack : system.Standing;
}
