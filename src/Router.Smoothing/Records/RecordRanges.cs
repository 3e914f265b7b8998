namespace Router.Smoothing.Records;

/// <summary>
/// Checks that no sample was used twice, votes that selected must not estimate, and no stage may use the noise of another; and that streams and
/// indices are the ones a certificate of this mix has, so that nobody could look for better ones (docs/certificates.md, section 6).
/// </summary>
internal static class RecordRanges
{
    private sealed record Use(StageRecord Stage, string What, VotesRecord Votes)
    {
        public override string ToString() => $"the {What} of {Stage.Stage} {Stage.Id}";
    }

    public static void Check(CertificateRecord record, List<string> faults)
    {
        foreach (StageRecord stage in record.Stages)
        {
            int place = stage.Stage == RecordStages.Router ? 0 : 1 + record.Routing.Mix.Select(member => member.Id).ToList().IndexOf(stage.Id);
            if (stage.Stream != place)
                faults.Add($"{stage.Stage} {stage.Id}: it drew from stream {stage.Stream}, its place in the mix has stream {place}");
            if (stage.Selection is { } selection && stage.Estimation.From != selection.To)
                faults.Add($"{stage.Stage} {stage.Id}: estimation begins at sample {stage.Estimation.From}, selection ended before {selection.To}: they follow one another");
        }
        foreach (IGrouping<uint, Use> stream in record.Stages.SelectMany(Uses).GroupBy(use => use.Stage.Stream))
        {
            Use[] inOrder = [.. stream.OrderBy(use => use.Votes.From)];
            foreach ((Use first, Use second) in inOrder.Zip(inOrder.Skip(1)))
                if (second.Votes.From < first.Votes.To)
                    faults.Add(first.Stage == second.Stage
                        ? $"{first.Stage.Stage} {first.Stage.Id}: selection and estimation overlap from sample {second.Votes.From} of stream {stream.Key}"
                        : $"sample {second.Votes.From} of stream {stream.Key} is used twice, by {first} and by {second}");
        }
    }

    private static IEnumerable<Use> Uses(StageRecord stage)
    {
        yield return new(stage, "estimation", stage.Estimation);
        if (stage.Selection is { } selection)
            yield return new(stage, "selection", selection);
    }
}
