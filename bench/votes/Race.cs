using Router.Engine.LibTorch;

namespace Votes.Bench;

/// <summary>One system's turn.</summary>
internal sealed record Turn(string Network, string System, string Format, int Batch, int Round, Timing Timing)
{
    public string Name => $"{System}, {Format}";
}

/// <summary>Lets systems take turns on one network, each at the batch that is fastest for it.</summary>
/// <param name="plan">The network.</param>
/// <param name="batches">Images a pass that are tried.</param>
/// <param name="seconds">About how long a turn is.</param>
/// <param name="said">Receives what was found on the way.</param>
/// <param name="threads">Of an operation, but for ours, which shares images among threads.</param>
internal sealed class Race(ResNetPlan plan, int[] batches, double seconds, TextWriter said, int threads)
{
    private const int Compared = 8;

    /// <summary>Chooses batches, compares logits, then times.</summary>
    /// <param name="contestants">The systems; logits are held to the first one's.</param>
    /// <param name="product">What votes are a share of.</param>
    /// <param name="rounds">Turns of each.</param>
    /// <exception cref="InvalidDataException">Two systems do not run the same network.</exception>
    public List<Turn> Run(Contestant[] contestants, MatrixProduct product, int rounds)
    {
        List<(Contestant Who, IVoting Voting, long Count)> ready = [];
        List<Turn> turns = [];
        try
        {
            foreach (Contestant who in contestants)
            {
                (int batch, double rate) = Fastest(who);
                long count = Math.Max(1, (long)(seconds * rate / batch)) * batch;
                ready.Add((who, who.Make(batch), count));
            }
            Compare([.. ready.Select(one => (one.Who, one.Voting))]);
            for (int round = 0; round < rounds; round++)
            {
                NativeTorch.UseThreads(threads);
                foreach (string format in MatrixProduct.Formats)
                {
                    product.Measure(format, 1);
                    Timing multiplied = product.Measure(format, (int)Math.Ceiling(seconds * 3));
                    turns.Add(new(plan.Architecture, "matrix product", format, 0, round, multiplied));
                }
                // Each is first as often as the others.
                for (int k = 0; k < ready.Count; k++)
                {
                    (Contestant who, IVoting voting, long count) = ready[(k + round) % ready.Count];
                    UseThreadsOf(who);
                    voting.Vote(voting.Batch);
                    Timing timing = Timing.Of(count, () => voting.Vote(count));
                    turns.Add(new(plan.Architecture, who.System, who.Format, voting.Batch, round, timing));
                }
                said.WriteLine($"{plan.Architecture}: round {round + 1} of {rounds}");
            }
        }
        finally
        {
            foreach ((_, IVoting voting, _) in ready) voting.Dispose();
        }
        return turns;
    }

    private void UseThreadsOf(Contestant who) => NativeTorch.UseThreads(who.System == Contestant.Ours ? 1 : threads);

    private (int Batch, double Rate) Fastest(Contestant who)
    {
        (int Batch, double Rate)[] tried = [.. batches.Select(batch =>
        {
            using IVoting voting = who.Make(batch);
            UseThreadsOf(who);
            voting.Vote(batch);
            Timing one = Timing.Of(batch, () => voting.Vote(batch));
            long count = Math.Max(1, (long)(Math.Min(seconds, 2) / 2 * one.Rate / batch)) * batch;
            // The slower of two: what was fast once by chance is not the best.
            return (batch, Enumerable.Range(0, 2).Min(_ => Timing.Of(count, () => voting.Vote(count)).Rate));
        })];
        said.WriteLine($"{plan.Architecture}, {who.System}, {who.Format}: votes/s by batch: "
            + string.Join(", ", tried.Select(one => $"{one.Batch} {one.Rate:0}")));
        return tried.MaxBy(one => one.Rate);
    }

    // Of float32 the same but for rounding; of the others mostly the same classes.
    private void Compare((Contestant Who, IVoting Voting)[] ready)
    {
        byte[][] images = [.. Enumerable.Range(0, Compared).Select(which => Noise.Image(plan.Side, which))];
        float[] truth = ready[0].Voting.Logits(images);
        float largest = truth.Max(MathF.Abs);
        foreach ((Contestant who, IVoting voting) in ready.Skip(1))
        {
            float[] logits = voting.Logits(images);
            if (logits.Length != truth.Length)
                throw new InvalidDataException($"{who.System} gives {logits.Length} logits, not {truth.Length}");
            float differs = truth.Zip(logits, (a, b) => MathF.Abs(a - b)).Max() / largest;
            float allowed = who.Format == "float32" ? 1e-3f : .25f;
            said.WriteLine($"{plan.Architecture}, {who.System}, {who.Format}: logits differ from those of "
                + $"{ready[0].Who.System} in {ready[0].Who.Format} by {differs:0.0e+0} of the largest");
            if (!(differs <= allowed))
                throw new InvalidDataException($"{who.System} in {who.Format} runs another network: its logits differ "
                    + $"by {differs:0.0e+0} of the largest, allowed is {allowed}");
        }
    }
}
