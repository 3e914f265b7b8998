using Router.Smoothing.Records;

namespace Router.Host.Commands;

/// <summary>What the verdicts took on the records' word, told once for all records that say the same.</summary>
internal sealed class RelianceSummary
{
    private readonly SortedDictionary<string, (int Records, SortedSet<string> Sigmas)> _said =
        new(StringComparer.Ordinal);

    /// <summary>Takes up a record that holds; one that abstains claims nothing.</summary>
    public void Add(CertificateRecord record)
    {
        if (record.Class is null)
            return;
        string said = RecordReliance.Of(record);
        (int records, SortedSet<string> sigmas) =
            _said.TryGetValue(said, out var known) ? known : (0, new(StringComparer.Ordinal));
        sigmas.UnionWith(RecordReliance.SigmasOf(record));
        _said[said] = (records + 1, sigmas);
    }

    /// <summary>A line for each thing said, after a headline; none where nothing was claimed.</summary>
    public IEnumerable<string> Lines => _said
        .Select(said => $"  {said.Value.Records} × {said.Key}; σ {string.Join(", ", said.Value.Sigmas)}")
        .Prepend("taken on the records' word, compare with what was agreed:")
        .Where(_ => _said.Count > 0);
}
