namespace Router.Experts.Engine;

/// <summary>A device's turn: one forward pass at a time, whoever asks.</summary>
/// <param name="device">"cpu" or "cuda:N".</param>
internal sealed class DeviceLane(string device) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The device.</summary>
    public string Device => device;

    /// <summary>Runs a forward pass when it is this caller's turn.</summary>
    public async Task RunAsync(Action forward, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            forward();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
