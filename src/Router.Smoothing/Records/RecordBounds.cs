using System.Globalization;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Records;

/// <summary>Computes every bound of a record again from its counts.</summary>
internal static class RecordBounds
{
    // Bounds are rounded outward by 1e-12 and depend on the platform's exp and log in the last digits only.
    private const double Agreement = 1e-10, Consistency = 5e-12;

    public static void Check(CertificateRecord record, List<string> faults)
    {
        ulong seed = ulong.Parse(record.Seed.Value, CultureInfo.InvariantCulture);
        foreach (StageRecord stage in record.Stages)
            foreach (BoundRecord bound in stage.Bounds)
                if (Fault(stage, bound, seed) is { } fault)
                    faults.Add($"{stage.Stage} {stage.Id}: {bound.Kind} {bound.Side} bound on "
                        + $"{string.Join("+", bound.Outcomes)}: {fault}");
    }

    /// <summary>The bound that counts give. Valid only for a bound that <see cref="Check"/> found in order.</summary>
    public static Probability Recompute(StageRecord stage, BoundRecord bound, ulong seed)
    {
        ConfidenceBound planned = bound.Kind switch
        {
            BoundKinds.ClopperPearson => new FixedCountBound(stage.Estimation.Total, bound.Alpha),
            BoundKinds.RandomisedClopperPearson => new RandomisedClopperPearson(
                stage.Estimation.Total, bound.Alpha, new(seed, stage.Stream)),
            BoundKinds.Schedule => new LookSchedule(bound.Looks!.Value, bound.Alpha),
            _ => new BetaMixture(bound.Alpha, bound.A!.Value, bound.B!.Value),
        };
        return bound.Side == BoundKinds.Lower
            ? planned.Lower(bound.Successes, bound.Draws)
            : planned.Upper(bound.Successes, bound.Draws);
    }

    private static string? Fault(StageRecord stage, BoundRecord bound, ulong seed)
    {
        VotesRecord votes = stage.Estimation;
        if (votes.Total == 0)
            return "nothing was estimated that it could count";
        if (!(bound.Alpha <= 0.5))
            return $"α {bound.Alpha:R} does not lie in (0, 0.5]";
        long all = bound.Outcomes.Sum(outcome => votes.Counts[outcome])
            + (bound.Side == BoundKinds.Upper ? votes.Undecided : 0);
        long failures = bound.Draws - bound.Successes;
        if (bound.Successes < 0 || bound.Successes > all || failures < 0 || failures > votes.Total - all)
            return $"{bound.Successes} of {bound.Draws} are not among the {all} of {votes.Total} that were counted";
        if (KindFault(stage, bound, seed) is { } fault)
            return fault;
        Probability exact;
        try
        {
            exact = Recompute(stage, bound, seed);
        }
        catch (Exception beyond) when (beyond is ArgumentException or ArithmeticException)
        {
            return $"it cannot be computed to its accuracy at α {bound.Alpha:R} ({beyond.Message})";
        }
        return Agrees(bound.Value, exact.Value) && Agrees(bound.Complement, exact.Complement)
            && Math.Abs(bound.Value + bound.Complement - 1) <= Consistency
            ? null
            : $"{bound.Successes} of {bound.Draws} at α {bound.Alpha:R} give {exact}, the record says {bound.Value:R} "
                + $"(1 − {bound.Complement:R})";
    }

    // What each kind needs for its guarantee, beyond the right arithmetic.
    private static string? KindFault(StageRecord stage, BoundRecord bound, ulong seed)
    {
        bool whole = bound.Draws == stage.Estimation.Total;
        string atN = $"{bound.Draws} draws are not the registered n of {stage.Estimation.Total}";
        bool mixture = bound.Kind == BoundKinds.BetaMixture;
        if ((bound.Looks is not null) != (bound.Kind == BoundKinds.Schedule)
            || (bound.W is not null) != (bound.Kind == BoundKinds.RandomisedClopperPearson)
            || (bound.A is not null) != mixture || (bound.B is not null) != mixture)
            return "looks, a and b, W belong to schedule, betaMixture, randomisedClopperPearson, one each";
        switch (bound.Kind)
        {
            case BoundKinds.ClopperPearson:
                return whole ? null : atN;
            case BoundKinds.RandomisedClopperPearson:
                double w = RandomisedClopperPearson.RandomiserOf(new(seed, stage.Stream));
                return !whole ? atN : bound.W == w ? null : $"W is {bound.W:R}, but the stream holds {w:R}";
            case BoundKinds.Schedule:
                long[] looks = [.. bound.Looks!.Value];
                if (looks.Length == 0 || looks[0] < 1 || looks[^1] > ClopperPearson.MaxDraws
                    || looks.Zip(looks.Skip(1)).Any(pair => pair.First >= pair.Second))
                    return $"looks must rise within [1, {ClopperPearson.MaxDraws}]";
                return looks.Contains(bound.Draws)
                    ? null
                    : $"{bound.Draws} draws are not one of the looks {string.Join(", ", looks)}";
            case BoundKinds.BetaMixture:
                long favourable = stage.Selection is { } selection
                    ? bound.Outcomes.Sum(outcome => selection.Counts[outcome])
                    : 0;
                BetaMixture registered = new BoundFamily.Mixture().Of(
                    bound.Alpha, draws: 0, stream: default, favourable, (stage.Selection?.Total ?? 0) - favourable);
                return (bound.A, bound.B) == (registered.A, registered.B)
                    ? null
                    : $"a = {bound.A:R}, b = {bound.B:R} are not {registered.A:R} and {registered.B:R}, ½ more than "
                        + $"the selection votes on its outcomes and the others";
            default:
                return $"unknown bound kind '{bound.Kind}'";
        }
    }

    private static bool Agrees(double recorded, double exact) =>
        exact == 0 ? recorded == 0 : Math.Abs(recorded / exact - 1) <= Agreement;
}
