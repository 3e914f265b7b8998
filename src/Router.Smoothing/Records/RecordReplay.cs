using System.Collections.Immutable;
using System.Globalization;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Records;

/// <summary>Draws the votes of a record again, every range of it, and compares.</summary>
public static class RecordReplay
{
    /// <summary>Draws again.</summary>
    /// <param name="record">A record whose arithmetic holds.</param>
    /// <param name="input">What it is about.</param>
    /// <param name="voterOf">The network of an id, or null where there is none.</param>
    /// <param name="cancellationToken">Stops the voters.</param>
    /// <exception cref="InvalidDataException">
    /// The input or a network is not the record's, or a network votes over other outcomes or smooths with another σ.
    /// </exception>
    public static async Task<ReplayedRecord> RunAsync(
        CertificateRecord record, GridInput input, Func<string, IVoter?> voterOf,
        CancellationToken cancellationToken = default)
    {
        if (input.Hash != record.Input)
            throw new InvalidDataException(
                $"the record is about input {record.Input}, but this one hashes to {input.Hash}");
        ulong seed = ulong.Parse(record.Seed.Value, CultureInfo.InvariantCulture);
        (StageRecord Stage, IVoter Voter)[] stages =
            [.. record.Stages.Select(stage => (stage, VoterOf(stage, voterOf)))];
        List<ReplayedStage> replayed = [];
        foreach ((StageRecord stage, IVoter voter) in stages)
        {
            NoiseStream stream = new(seed, stage.Stream);
            long differing = await EstimationDiffersAsync(
                stage, range => Certifier.AskAsync(voter, new(input, stream, range), cancellationToken));
            if (stage.Selection is { } selection)
                differing += Differing(selection, await Certifier.AskAsync(
                    voter, new(input, stream, new(selection.From, selection.To)), cancellationToken));
            replayed.Add(new(
                stage.Stage, stage.Id, stage.Estimation.Total + (stage.Selection?.Total ?? 0), differing,
                stage.Estimation.Function, voter.FunctionId.Value));
        }
        return new([.. replayed]);
    }

    // A bound rests on the votes up to the look that decided it: the range is drawn from look to look, and each bound's
    // successes are counted there.
    private static async Task<long> EstimationDiffersAsync(StageRecord stage, Func<SampleRange, Task<VoteCounts>> ask)
    {
        if (stage.Estimation.Total == 0)
            return 0;
        long differing = 0;
        VoteCounts? soFar = null;
        foreach (long look in stage.Bounds.Select(bound => bound.Draws).Append(stage.Estimation.Total)
            .Where(look => look > 0).Distinct().Order())
        {
            VoteCounts piece = await ask(
                new(stage.Estimation.From + (soFar?.Total ?? 0), stage.Estimation.From + look));
            soFar = soFar?.Then(piece) ?? piece;
            foreach (BoundRecord bound in stage.Bounds.Where(bound => bound.Draws == look))
            {
                long successes = bound.Outcomes.Sum(outcome => soFar.Counts[outcome])
                    + (bound.Side == BoundKinds.Upper ? soFar.Undecided : 0);
                differing = Math.Max(differing, Math.Abs(successes - bound.Successes));
            }
        }
        return Math.Max(differing, Differing(stage.Estimation, soFar!));
    }

    // A vote that changed its outcome changes two counts by one: at least half of the sum of all changes.
    private static long Differing(VotesRecord recorded, VoteCounts votes) =>
        (recorded.Counts.Zip(votes.Counts, (before, now) => Math.Abs(before - now)).Sum()
            + Math.Abs(recorded.Undecided - votes.Undecided) + Math.Abs((recorded.Passed ?? 0) - votes.Passed)) / 2;

    private static IVoter VoterOf(StageRecord stage, Func<string, IVoter?> voterOf)
    {
        IVoter voter = voterOf(stage.Id) ?? throw new InvalidDataException(
            $"{stage.Stage} {stage.Id}: there is no network of this id");
        if (voter.Sigma != RecordMembers.Sigma(stage))
            throw new InvalidDataException($"{stage.Stage} {stage.Id}: the record smooths with σ = {stage.Sigma}, the "
                + $"network of this id with {voter.Sigma}");
        if (voter.OutcomeCount != stage.Estimation.Counts.Length)
            throw new InvalidDataException(
                $"{stage.Stage} {stage.Id}: the record votes over {stage.Estimation.Counts.Length} outcomes, the "
                + $"network of this id over {voter.OutcomeCount}");
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
            : $"not replayed: at least {Stages.Sum(stage => stage.Differing)} of {Stages.Sum(stage => stage.Total)} "
                + $"votes differ ("
                + string.Join(", ", Stages.Select(
                    stage => $"{stage.Stage} {stage.Id} {stage.Differing} of {stage.Total}")) + ")";
        ReplayedStage[] foreign = [.. Stages.Where(stage => stage.Function != stage.RecordedFunction)];
        return foreign.Length == 0
            ? agreement + (Agrees ? ""
                : "; the functions are the recorded ones, so the record was not drawn as it says")
            : $"{agreement}; other functions voted: "
                + string.Join(", ", foreign.Select(
                    stage => $"{stage.Id} is {stage.Function} here, {stage.RecordedFunction} in the record"));
    }
}

/// <summary>What drawing one stage again gave.</summary>
/// <param name="Stage">One of <see cref="RecordStages"/>.</param>
/// <param name="Id">The network.</param>
/// <param name="Total">How many votes.</param>
/// <param name="Differing">
/// How many of them differ at least, as far as counts tell: half of what counts, passes and undecided votes changed by.
/// </param>
/// <param name="RecordedFunction">The function that voted in the record.</param>
/// <param name="Function">The function that voted now.</param>
public sealed record ReplayedStage(
    string Stage, string Id, long Total, long Differing, string RecordedFunction, string Function);
