using System.Threading.Channels;

namespace Router.Host.Serving.Operations;

/// <summary>
/// When a registry is to be loaded again: its file changed, or somebody asks for it. The file is looked at from time to
/// time, because what a mounted volume tells of its changes cannot be relied on; a change counts once two looks see the
/// same, so that a file is not read while it is being written.
/// </summary>
internal sealed class RegistryChanges : IDisposable
{
    private readonly Channel<string> _asked = Channel.CreateBounded<string>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly ITimer _timer;
    private (DateTime, long) _read, _seen;

    /// <summary>Starts to look.</summary>
    /// <param name="path">The registry's file, which was read already or is about to be.</param>
    /// <param name="clock">The time.</param>
    /// <param name="period">Between two looks.</param>
    public RegistryChanges(string path, TimeProvider clock, TimeSpan period)
    {
        _path = path;
        _read = _seen = FileVersion.Of(path);
        _timer = clock.CreateTimer(_ => Look(), null, period, period);
    }

    /// <summary>
    /// The registry is to be loaded again, whether its file changed or not. One that was asked for already is not asked
    /// for twice.
    /// </summary>
    /// <param name="why">For the log.</param>
    public void Ask(string why) => _asked.Writer.TryWrite(why);

    /// <summary>Waits until the registry is to be loaded again.</summary>
    /// <returns>Why.</returns>
    public async Task<string> NextAsync(CancellationToken cancellationToken)
    {
        string why = await _asked.Reader.ReadAsync(cancellationToken);
        // What is there now is what is about to be read, whoever asked for it.
        lock (_gate) _read = FileVersion.Of(_path);
        return why;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // On a mount that is gone a look does not come back: no second one waits behind it.
        if (!_gate.TryEnter()) return;
        try
        {
            (DateTime, long) now = FileVersion.Of(_path), before = _seen;
            _seen = now;
            // A file that is replaced is missing for a moment.
            if (now == default || now != before || now == _read) return;
            _read = now;
        }
        finally
        {
            _gate.Exit();
        }
        Ask($"{_path} changed");
    }
}
