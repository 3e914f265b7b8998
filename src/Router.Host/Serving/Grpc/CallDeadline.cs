namespace Router.Host.Serving.Grpc;

/// <summary>
/// The time that a caller gives a call (<c>grpc-timeout</c>), as the deadline of its answer. The caller itself ends the
/// call then: an answer has to be on its way before.
/// </summary>
internal static class CallDeadline
{
    private const int ShareOfTheWay = 10;

    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long the answer may take from the call's arrival on: a tenth less than the caller waits, at most a second
    /// less; null for as long as it takes.
    /// </summary>
    /// <param name="end">
    /// When the caller ends the call, in UTC, as if it had come now: the framework counts once the message is there.
    /// The last of all instants where it never does.
    /// </param>
    /// <param name="clock">The time.</param>
    public static TimeSpan? Of(DateTime end, TimeProvider clock)
    {
        if (end == DateTime.MaxValue) return null;
        TimeSpan left = end - clock.GetUtcNow().UtcDateTime;
        TimeSpan way = left / ShareOfTheWay;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left - (way < LongestWay ? way : LongestWay);
    }
}
