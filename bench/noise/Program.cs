using Router.Votes.Noise;

const int Coordinates = 3 * 32 * 32;
const int Samples = 200;
const int Rounds = 300; // short rounds: the best of many is what the machine does when nothing else runs

byte[] image = [.. Enumerable.Range(0, Coordinates).Select(i => (byte)(i * 37))];
short[] m = new short[Coordinates];
float[] x = new float[Coordinates];
TimeProvider clock = TimeProvider.System;
Console.WriteLine("sigma,setup ms,int16 ns/value,float ns/value");
foreach (decimal sigma in new[] { 1m, 0.12m, 0.25m, 0.5m, 1m })
{
    long start = clock.GetTimestamp();
    GridNoise noise = new(sigma);
    double setup = clock.GetElapsedTime(start).TotalMilliseconds;
    double integers = Best(i => noise.Fill(new NoiseStream(1, 0), i, m));
    double floats = Best(i => noise.Fill(new NoiseStream(1, 0), i, image, x));
    Console.WriteLine($"{sigma},{setup:F0},{integers:F3},{floats:F3}");
}

double Best(Func<int, bool> draw)
{
    double best = double.PositiveInfinity;
    for (int round = 0; round < Rounds; round++)
    {
        long start = clock.GetTimestamp();
        for (int i = 0; i < Samples; i++)
            if (!draw(i))
                throw new InvalidOperationException($"sample {i} is undecided");
        best = Math.Min(best, clock.GetElapsedTime(start).TotalNanoseconds / ((double)Samples * Coordinates));
    }
    return best;
}
