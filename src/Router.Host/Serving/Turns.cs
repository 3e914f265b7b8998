namespace Router.Host.Serving;

/// <summary>A bounded queue: so many are served at once, so many wait, the next is turned away.</summary>
/// <param name="atOnce">Served at once, ≥ 1.</param>
/// <param name="waiting">Wait for their turn, ≥ 0.</param>
internal sealed class Turns(int atOnce, int waiting) : IDisposable
{
    private readonly SemaphoreSlim _free = new(atOnce, atOnce);
    private int _present;

    /// <summary>Waits for a turn, which lasts until it is disposed of.</summary>
    /// <returns>Null where the queue is full.</returns>
    /// <exception cref="OperationCanceledException">Gave up waiting.</exception>
    public async Task<IDisposable?> TryTakeAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _present) > (long)atOnce + waiting)
        {
            Interlocked.Decrement(ref _present);
            return null;
        }
        try
        {
            await _free.WaitAsync(cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref _present);
            throw;
        }
        return new Turn(this);
    }

    /// <summary>Waits until nobody is served and lets nobody in any more.</summary>
    public async Task CloseAsync()
    {
        for (int i = 0; i < atOnce; i++)
            await _free.WaitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    private sealed class Turn(Turns turns) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref turns._present);
            turns._free.Release();
        }
    }
}
