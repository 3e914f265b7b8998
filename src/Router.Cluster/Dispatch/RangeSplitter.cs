using Router.Votes;

namespace Router.Cluster.Dispatch;

/// <summary>
/// Cuts the samples of a request into ranges for workers: whole batches, .1 to 1 s of work each, and two for each lane
/// where that allows it. A range is never cut anew: who is asked for it again is asked for the same.
/// </summary>
internal static class RangeSplitter
{
    // Who is done early gets another, where one for each lane would leave it idle until the last is done.
    private const int RangesOfLane = 2;

    /// <summary>The ranges: contiguous, in order, together the samples that were asked for.</summary>
    /// <param name="asked">The samples.</param>
    /// <param name="batch">Images in a forward pass, ≥ 1: ranges are multiples of it, but for the last.</param>
    /// <param name="lanes">Forward passes that may run at once for this request, beside those of others.</param>
    /// <param name="secondsPerSample">
    /// On one lane; 0 where nobody has voted yet, and ranges are a batch each then.
    /// </param>
    /// <param name="options">How much work a range is.</param>
    public static SampleRange[] Split(
        SampleRange asked, int batch, int lanes, double secondsPerSample, DispatchOptions options)
    {
        long size = batch;
        if (secondsPerSample > 0)
        {
            double least = options.LeastWork.TotalSeconds / secondsPerSample;
            double most = options.MostWork.TotalSeconds / secondsPerSample;
            double even = (double)asked.Count / Math.Max(1, RangesOfLane * lanes);
            // A batch that takes longer than the most is one range: it cannot be less.
            size = (long)Math.Min(Math.Clamp(even, least, most), asked.Count);
            size = Math.Max(1, (size + batch - 1) / batch) * batch;
        }
        SampleRange[] ranges = new SampleRange[(asked.Count + size - 1) / size];
        for (int i = 0; i < ranges.Length; i++)
            ranges[i] = new(asked.From + i * size, Math.Min(asked.To, asked.From + (i + 1) * size));
        return ranges;
    }
}
