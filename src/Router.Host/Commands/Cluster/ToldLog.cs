namespace Router.Host.Commands.Cluster;

/// <summary>A log whose lines are told to somebody as they are, whatever their level.</summary>
/// <param name="tell">Hears them.</param>
internal sealed class ToldLog(Action<string> tell) : ILogger
{
    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) => tell(formatter(state, exception));

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}
