using Router.Votes;

namespace Scaling.Bench;

/// <summary>
/// A device without a network: one range at a time takes as long as its samples would, and every sample votes for the
/// outcome of its number. It uses no processor, so that many of them fit on a machine.
/// </summary>
/// <param name="samplesPerSecond">What the device gives; infinite where it takes no time.</param>
internal sealed class StubVoter(double samplesPerSecond) : IVoter
{
    public const int Outcomes = 10;

    private readonly SemaphoreSlim _turn = new(1);

    public FunctionId FunctionId { get; } = FunctionId.Of([new("stub", $"{samplesPerSecond}")]);

    public decimal Sigma => .5m;

    public int OutcomeCount => Outcomes;

    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (double.IsFinite(samplesPerSecond))
                await Task.Delay(TimeSpan.FromSeconds(request.Range.Count / samplesPerSecond), cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
        long[] counts = new long[Outcomes];
        for (int k = 0; k < Outcomes; k++)
            counts[k] = Below(request.Range.To, k) - Below(request.Range.From, k);
        return new([.. counts], 0, request.Range, FunctionId);
    }

    // Samples before an end whose number modulo the outcomes is k.
    private static long Below(long end, int k) => (end - k + Outcomes - 1) / Outcomes;
}
