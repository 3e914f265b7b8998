
namespace Router.Smoothing.Records;

/// <summary>
/// Checks that every stage drew from the stream and at the indices that a certificate of this mix has
/// (docs/certificates.md, sections 2, 3 and 6): nobody
/// could look for better ones, and no sample serves twice.
/// </summary>
internal static class RecordRanges
{
    public static void Check(CertificateRecord record, List<string> faults)
    {
        string[] ids = [.. record.Routing.Mix.Select(member => member.Id)];
        // All stages begin where the first does: at 0, or where a mix goes on for an expert that failed.
        long first = record.Stages.Select(stage => stage.Selection).OfType<VotesRecord>().FirstOrDefault()?.From ?? 0;
        if (first is not (0 or SampleCounts.FirstFailoverIndex))
            faults.Add($"selection begins at sample {first}, not at 0, or at {SampleCounts.FirstFailoverIndex} "
                + "where a mix goes on for an expert that failed");
        foreach (StageRecord stage in record.Stages)
        {
            string where = $"{stage.Stage} {stage.Id}";
            int place = stage.Stage == RecordStages.Router ? 0 : 1 + Array.IndexOf(ids, stage.Id);
            if (stage.Stream != place)
                faults.Add($"{where}: it drew from stream {stage.Stream}, its place in the mix has stream {place}");
            if (stage.Selection is not { } selection)
            {
                if (stage.Estimation.From != first + SampleCounts.FirstPeerIndex)
                    faults.Add(
                        $"{where}: a {(stage.Stage == RecordStages.Peer ? "peer" : "later stage")} draws from sample "
                        + $"{first + SampleCounts.FirstPeerIndex} on, not from {stage.Estimation.From}");
                continue;
            }
            if (selection.From != first)
                faults.Add($"{where}: selection begins at sample {selection.From}, that of other stages at {first}");
            if (stage.Estimation.From != selection.To)
                faults.Add($"{where}: estimation begins at sample {stage.Estimation.From}, "
                    + $"selection ended before {selection.To}: they follow one another");
        }
    }
}
