using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Router.Host.Tests.Serving;

/// <summary>Keeps what a daemon logs, and lets a test wait for an event instead of for a time.</summary>
internal sealed class LoggedLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _events = new();

    /// <summary>The first line with this event id, when it is there.</summary>
    public Task<string> Of(int eventId) => Source(eventId).Task.WaitAsync(RunningDaemon.Patience);

    /// <summary>Whether a line with this event id is there already.</summary>
    public bool Has(int eventId) => Source(eventId).Task.IsCompleted;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState,
        Exception?, string> formatter) =>
        Source(eventId.Id).TrySetResult(formatter(state, exception));

    public void Dispose() { }

    private TaskCompletionSource<string> Source(int eventId) =>
        _events.GetOrAdd(eventId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
