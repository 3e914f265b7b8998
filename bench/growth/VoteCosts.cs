using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Votes.Noise;
using Votes.Bench;

namespace Growth.Bench;

/// <summary>What a vote costs against the batch and the size of images.</summary>
/// <param name="folder">For files.</param>
/// <param name="seconds">About how long a measurement is.</param>
/// <param name="rounds">Measurements of each point.</param>
/// <param name="threads">Of a pass.</param>
internal sealed class VoteCosts(string folder, double seconds, int rounds, int threads)
{
    /// <summary>Images a pass, in each format.</summary>
    public Growing Batches()
    {
        ResNetPlan plan = ResNetPlan.Find("cifar_resnet20")!;
        string checkpoint = Path.GetFullPath("models/cifar10/noise_0.25.safetensors");
        List<Point> points = [];
        foreach (string format in (string[])["float32", "bfloat16", "int8"])
            for (int batch = 1; batch <= 512 && (format != "int8" || Machine.Multiplies8Bit); batch *= 2)
            {
                using OwnVotes votes = new(plan, folder, checkpoint, format, batch, threads);
                points.Add(Point.Of(format, batch, Measure(votes)));
            }
        return new("batch", "A vote of cifar_resnet20 against images a pass", "images a pass",
            "µs of processor time a vote", points);
    }

    /// <summary>Pixels of a side: noise alone, and a vote where a data set has images of that size.</summary>
    public Growing Sides()
    {
        List<Point> points = [];
        GridNoise noise = new(.25m);
        foreach (int side in (int[])[32, 64, 128, 224, 512])
        {
            short[] drawn = new short[3 * side * side];
            int count = Math.Max(1, (int)(seconds * 1e8 / drawn.Length));
            double[] measured = [.. Enumerable.Range(0, rounds).Select(round => Timing.Of(count, () =>
            {
                for (int i = 0; i < count; i++) noise.Fill(new(1, (uint)round), i, drawn);
            })).Select(Micros)];
            points.Add(Point.Of("noise alone", side, measured));
        }
        foreach ((string dataset, int side) in ((string, int)[])[("imagenet32", 32), ("imagenet", 224)])
        {
            ResNetPlan plan = ResNetPlan.Cifar("cifar_resnet20", 3, dataset, side, 1000);
            string checkpoint = Path.Combine(folder, $"{dataset}.safetensors");
            SafeTensors.Write(checkpoint, RandomWeights.Of(plan).Values);
            using OwnVotes votes = new(plan, folder, checkpoint, "float32", batch: 32, threads);
            points.Add(Point.Of("a vote of cifar_resnet20, float32", side, Measure(votes)));
        }
        return new("side", "A vote against the size of an image", "pixels of a side",
            "µs of processor time a vote", points);
    }

    private double[] Measure(OwnVotes votes)
    {
        votes.Vote(votes.Batch);
        Timing first = Timing.Of(votes.Batch, () => votes.Vote(votes.Batch));
        long count = Math.Max(1, (long)(seconds * first.Rate / votes.Batch)) * votes.Batch;
        return [.. Enumerable.Range(0, rounds).Select(_ => Micros(Timing.Of(count, () => votes.Vote(count))))];
    }

    private static double Micros(Timing timing) => 1e6 / timing.ProcessorRate;
}
