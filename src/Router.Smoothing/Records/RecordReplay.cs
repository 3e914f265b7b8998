using System.Collections.Immutable;
using System.Globalization;
using Router.Smoothing.Noise;

namespace Router.Smoothing.Records;

/// <summary>Draws the votes of a record again, every range of it, and compares.</summary>
public static class RecordReplay
{
    /// <summary>Draws again.</summary>
    /// <param name="record">A record whose arithmetic holds.</param>
    /// <param name="input">What it is about.</param>
    /// <param name="voterOf">The network of an id, or null where there is none.</param>
    /// <param name="cancellationToken">Stops the voters.</param>
    /// <exception cref="InvalidDataException">The input or a network is not the record's, or a network votes over other outcomes or smooths with another σ.</exception>
    public static async Task<ReplayedRecord> RunAsync(
        CertificateRecord record, GridInput input, Func<string, IVoter?> voterOf, CancellationToken cancellationToken = default)
    {
        if (input.Hash != record.Input)
            throw new InvalidDataException($"the record is about input {record.Input}, but this one hashes to {input.Hash}");
        ulong seed = ulong.Parse(record.Seed.Value, CultureInfo.InvariantCulture);
        (StageRecord Stage, IVoter Voter)[] stages = [.. record.Stages.Select(stage => (stage, VoterOf(stage, voterOf)))];
        List<ReplayedStage> replayed = [];
        foreach ((StageRecord stage, IVoter voter) in stages)
        {
            long differing = 0, total = 0;
            foreach (VotesRecord recorded in new[] { stage.Selection, stage.Estimation }.OfType<VotesRecord>())
            {
                Votes votes = await Certifier.AskAsync(
                    voter, new(input, new NoiseStream(seed, stage.Stream), new(recorded.From, recorded.To)), cancellationToken);
                differing += Differing(recorded, votes);
                total += votes.Total;
            }
            replayed.Add(new(stage.Stage, stage.Id, total, differing, stage.Estimation.Function, voter.FunctionId.Value));
        }
        return new([.. replayed]);
    }

    // A vote that changed its outcome changes two counts by one: at least half of the sum of all changes.
    private static long Differing(VotesRecord recorded, Votes votes) =>
        (recorded.Counts.Zip(votes.Counts, (before, now) => Math.Abs(before - now)).Sum() + Math.Abs(recorded.Undecided - votes.Undecided)) / 2;

    private static IVoter VoterOf(StageRecord stage, Func<string, IVoter?> voterOf)
    {
        IVoter voter = voterOf(stage.Id) ?? throw new InvalidDataException($"{stage.Stage} {stage.Id}: there is no network of this id");
        if (voter.Sigma != RecordMembers.Sigma(stage))
            throw new InvalidDataException($"{stage.Stage} {stage.Id}: the record smooths with σ = {stage.Sigma}, the network of this id with {voter.Sigma}");
        if (voter.OutcomeCount != stage.Estimation.Counts.Length)
            throw new InvalidDataException(
                $"{stage.Stage} {stage.Id}: the record votes over {stage.Estimation.Counts.Length} outcomes, the network of this id over {voter.OutcomeCount}");
        return voter;
    }
}

/// <summary>What drawing again gave.</summary>
/// <param name="Stages">By stage of the record, in its order.</param>
public sealed record ReplayedRecord(ImmutableArray<ReplayedStage> Stages)
{
    /// <summary>Whether every count is the recorded one.</summary>
    public bool Agrees => Stages.All(stage => stage.Differing == 0);

    /// <summary>One line that says it all.</summary>
    public override string ToString()
    {
        string agreement = Agrees
            ? $"replayed: all {Stages.Sum(stage => stage.Total)} votes agree"
            : $"not replayed: at least {Stages.Sum(stage => stage.Differing)} of {Stages.Sum(stage => stage.Total)} votes differ ("
                + string.Join(", ", Stages.Select(stage => $"{stage.Stage} {stage.Id} {stage.Differing} of {stage.Total}")) + ")";
        ReplayedStage[] foreign = [.. Stages.Where(stage => stage.Function != stage.RecordedFunction)];
        return foreign.Length == 0
            ? agreement + (Agrees ? "" : "; the functions are the recorded ones, so the record was not drawn as it says")
            : $"{agreement}; other functions voted: "
                + string.Join(", ", foreign.Select(stage => $"{stage.Id} is {stage.Function} here, {stage.RecordedFunction} in the record"));
    }
}

/// <summary>What drawing one stage again gave.</summary>
/// <param name="Stage">One of <see cref="RecordStages"/>.</param>
/// <param name="Id">The network.</param>
/// <param name="Total">How many votes.</param>
/// <param name="Differing">How many of them differ at least, as far as counts tell: half of what the counts and the undecided votes changed by.</param>
/// <param name="RecordedFunction">The function that voted in the record.</param>
/// <param name="Function">The function that voted now.</param>
public sealed record ReplayedStage(string Stage, string Id, long Total, long Differing, string RecordedFunction, string Function);
