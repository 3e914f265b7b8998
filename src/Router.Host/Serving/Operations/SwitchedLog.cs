namespace Router.Host.Serving.Operations;

/// <summary>The daemon's log, whose levels may be switched off and on while it runs.</summary>
/// <param name="sink">Where lines go.</param>
internal sealed class SwitchedLog(ILogger sink) : ILogger
{
    private volatile bool _information = true, _warning = true, _error = true;

    /// <summary>Whether what it does is logged.</summary>
    public bool Information { get => _information; set => _information = value; }

    /// <summary>Whether warnings are.</summary>
    public bool Warning { get => _warning; set => _warning = value; }

    /// <summary>Whether errors are, and what is worse.</summary>
    public bool Error { get => _error; set => _error = value; }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => IsOn(logLevel) && sink.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsOn(logLevel)) sink.Log(logLevel, eventId, state, exception, formatter);
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => sink.BeginScope(state);

    private bool IsOn(LogLevel level) => level switch
    {
        LogLevel.Information => _information,
        LogLevel.Warning => _warning,
        LogLevel.Error or LogLevel.Critical => _error,
        _ => true,
    };
}
