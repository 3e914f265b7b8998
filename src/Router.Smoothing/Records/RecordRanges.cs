namespace Router.Smoothing.Records;

/// <summary>Checks that no sample was used twice: votes that selected must not estimate, and no stage may use the noise of another.</summary>
internal static class RecordRanges
{
    private sealed record Use(StageRecord Stage, string What, VotesRecord Votes)
    {
        public override string ToString() => $"the {What} of {Stage.Stage} {Stage.Id}";
    }

    public static void Check(CertificateRecord record, List<string> faults)
    {
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
