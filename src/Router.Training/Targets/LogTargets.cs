using System.Collections.Immutable;
using System.Security.Cryptography;
using Router.Data;
using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;

namespace Router.Training.Targets;

/// <summary>
/// Certification logs of single experts as a table of targets: the radius of the true class, 0 where another was
/// certified or none. Networks that are only known by their published logs can be routed to this way; a router that is
/// trained on one fold is scored on the others.
/// </summary>
public static class LogTargets
{
    /// <summary>Writes the table of the images that every log has.</summary>
    /// <param name="path">The table; begun anew, or left as it is where it is this one already.</param>
    /// <param name="logs">A log per expert.</param>
    /// <param name="data">The data set, split included.</param>
    /// <param name="selection">Which of the images of the logs; a fold goes by their index in the data set.</param>
    /// <exception cref="BadInputException">
    /// A log is damaged, or of other data where it says of which, or two give an image different labels; no image is
    /// left, or there is a table of other terms under this name.
    /// </exception>
    public static void Write(
        string path, IReadOnlyList<(string Id, decimal Sigma, string Log)> logs, string data, ImageSelection selection)
    {
        foreach ((_, _, string log) in logs)
            CheckThatItIsAbout(data, log);
        CertificationLog[] read = [.. logs.Select(log => CertificationLogReader.Read(log.Log))];
        ImmutableArray<TargetRow> rows = Join(read, selection);
        if (rows.IsEmpty)
            throw new BadInputException(
                $"no image ({selection}) is in all of {string.Join(", ", logs.Select(log => log.Log))}");
        TargetTerms terms = new(
            TargetTerms.CurrentSchema, TargetMeasure.Radii, data, selection.ToString(), rows.Length, Content: null,
            Draws: 0, Seed: 0,
            [.. logs.Select(log => new TargetExpert(log.Id, log.Sigma, HashOf(log.Log), Stream: null))]);
        using TargetWriter writer = TargetWriter.Open(path, terms, [.. rows.Select(row => row.Index)], out int done);
        foreach (TargetRow row in rows.Skip(done))
            writer.Write(row);
    }

    internal static ImmutableArray<TargetRow> Join(IReadOnlyList<CertificationLog> logs, ImageSelection selection)
    {
        Dictionary<int, LogRow>[] byIndex = [.. logs.Select(log => log.Rows.ToDictionary(row => row.Index))];
        // Selected of the images there are: published logs have every image, or one in so many.
        IEnumerable<int> common = byIndex[0].Keys.Order().Where(image => byIndex.All(rows => rows.ContainsKey(image)));
        return [.. selection.Of(common).Select(image => RowOf(image, logs, byIndex))];
    }

    // A log of ours says beside it what its rows are about; a published one does not.
    private static void CheckThatItIsAbout(string data, string log)
    {
        TermsFile<CertificationTerms> file = CertificationTerms.FileOf(log);
        if (file.Find() is { } terms && terms.Data != data)
            throw new BadInputException(
                file.Path, $"the log is about {terms.Data}, and the table would be about {data}: name the data set and "
                + "--split of the log");
    }

    private static TargetRow RowOf(int image, IReadOnlyList<CertificationLog> logs, Dictionary<int, LogRow>[] byIndex)
    {
        int label = byIndex[0][image].Label;
        for (int k = 1; k < logs.Count; k++)
            if (byIndex[k][image].Label != label)
                throw new BadInputException(
                    logs[k].Name, logs[k].Rows.Index().First(row => row.Item.Index == image).Index + 2,
                    $"image {image} has label {byIndex[k][image].Label}, but {label} in {logs[0].Name}: are they logs "
                    + $"of the same data set?");
        return new(
            image, label, Draws: 0,
            [.. byIndex.Select(rows => rows[image] is { IsCorrect: true } row ? row.Radius : 0)]);
    }

    private static string HashOf(string log)
    {
        using FileStream file = File.OpenRead(log);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
