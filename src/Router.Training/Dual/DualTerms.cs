using System.Text.Json;
using System.Text.Json.Serialization;
using Router.Evaluation;
using Router.Experts.Files;
using Router.Experts.Registry;
using Router.Training.Batches;
using Router.Training.Runs;

namespace Router.Training.Dual;

/// <summary>
/// What a dual training is, but for the number of rounds: its folder is taken up only under the same terms.
/// </summary>
internal sealed record DualTerms(
    string Schema, string Learned, string Held, IReadOnlyList<string> Experts, string? RouterInput,
    string? RouterSettings, Recipe? RouterRecipe,
    string Robustness, Recipe ExpertRecipe, int TargetImages, int TargetDraws, int RoutingVotes, double Elsewhere,
    DualScoring Scoring, ulong Seed)
{
    /// <summary>Whether experts are trained for the mix; not there where they are not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MixWeighting? ForMix { get; init; }

    /// <summary>
    /// Where votes are drawn, in which number format and batch: other ones are other functions. Not there where the
    /// registry does not say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Devices { get; init; }

    /// <summary>What the router is called; not there where it has the usual name, or there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RouterId { get; init; }

    /// <summary>Their file in the folder of a dual training.</summary>
    public const string FileName = "terms.json";

    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, WriteIndented = true };

    public static DualTerms Of(
        DualPlan plan, IEnumerable<ExpertConfig> experts, TrainingImages learned, TrainingImages held,
        int targets) => new(
        "dualrs.dual/1", $"{learned.Name}: {learned.Count}, {learned.Hash}", $"{held.Name}: {held.Count}, {held.Hash}",
        [.. experts.Select(expert =>
            $"{expert.Id} {expert.Sigma} {expert.Structure} {expert.InputLayer} {expert.Sha256}{Pass(expert)}")],
        plan.Router?.Input.ToString(), plan.Router?.Settings, plan.Router?.Recipe, plan.Robustness.ToString(),
        plan.Expert, targets, plan.TargetDraws,
        plan.RoutingVotes, plan.Elsewhere, plan.Scoring, plan.Seed)
    {
        ForMix = plan.ForMix, Devices = ShippedSystem.Devices(plan.Start.Devices),
        RouterId = plan.Router is not null && plan.Start.Router is { Id: not RouterConfig.DefaultId } named
            ? named.Id : null,
    };

    /// <summary>Writes them into a new folder, or compares with those that are there.</summary>
    /// <exception cref="BadInputException">
    /// The folder holds a training of other terms, or none and yet something.
    /// </exception>
    public void Claim(string folder)
    {
        string path = Path.Combine(folder, FileName), now = JsonSerializer.Serialize(this, Json);
        Directory.CreateDirectory(folder);
        if (!File.Exists(path))
        {
            if (Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetExtension(entry) is not ".lock"))
                throw new BadInputException(
                    $"{folder} holds other files, and no dual training: choose an empty folder, or one that does not "
                    + "exist");
            WholeFile.Write(path, now);
        }
        else if (File.ReadAllText(path) is var before && before != now)
        {
            throw new BadInputException(
                $"{folder} is a dual training under other terms: {Difference(before, now)}; take up the same terms, or "
                + $"train into another folder");
        }
    }

    private static string Pass(ExpertConfig expert) => expert.Pass == default ? "" : $" pass {expert.Pass}";

    private static string Difference(string before, string now)
    {
        string[] there = Lines(before), here = Lines(now);
        int line = Enumerable.Range(0, Math.Max(there.Length, here.Length)).First(
            i => there.ElementAtOrDefault(i) != here.ElementAtOrDefault(i));
        return $"there {there.ElementAtOrDefault(line)}, now {here.ElementAtOrDefault(line)}";

        // A comma says that a line follows, and is no difference of its own.
        static string[] Lines(string terms) => [.. terms.Split('\n').Select(text => text.Trim().TrimEnd(','))];
    }
}
