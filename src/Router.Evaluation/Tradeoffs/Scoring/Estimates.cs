
namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>What makes figures of a mix estimates instead of certificates.</summary>
internal static class Estimates
{
    /// <summary>The reasons; none where they are certificates.</summary>
    public static IEnumerable<string> Of(Study study)
    {
        if (study.Router is null && study.Experts.Length > 1)
            yield return "There are no votes of a router: nothing is routed, only what no router can exceed.";
        string[] logged = [.. study.Experts.Where(expert => expert is LoggedExpert).Select(expert => expert.Id)];
        if (study.Router is not null && logged.Length > 0)
            yield return $"Routed systems are estimates: certificates of {string.Join(", ", logged)} are known from "
                + $"logs, where each spent an α of its own, so that what the router spends comes on top; an expert's "
                + $"radius for a class that it did not certify counts as 0; and nothing shows that router and experts "
                + $"saw the same pixels.";
        if (study.Experts.Any(expert => expert is LoggedExpert))
            yield return "Single experts have the radii their logs print; in routed systems a printed radius loses "
                + "half a unit of its last digit.";
        if (!AreOfOneInput(study))
            yield return "Routed systems are estimates: the seeds of the networks' noise differ, so nothing shows that "
                + "their votes are about the same pixels.";
    }

    /// <summary>
    /// Whether votes of different networks are about the same pixels: they are of one pass, or drawn from one seed per
    /// image, which is derived from its pixels. Of a single network nothing has to be shown.
    /// </summary>
    public static bool AreOfOneInput(Study study)
    {
        NetworkVotes[] networks = [.. study.Experts.OfType<CountedExpert>().Select(expert => expert.Votes),
            .. study.Router is { } router ? [router] : (NetworkVotes[])[]];
        return study.IsOnePass || networks.Length < 2 || study.Images.All(
            image => networks.Select(network => network.Images[image].Stream.Seed).Distinct().Count() == 1);
    }
}
