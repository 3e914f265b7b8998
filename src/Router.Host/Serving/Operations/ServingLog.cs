

namespace Router.Host.Serving.Operations;

/// <summary>Every line the daemon logs; the event ids are stable.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(1, LogLevel.Information, "listening at {Address}")]
    public static partial void Listening(this ILogger log, string address);

    [LoggerMessage(2, LogLevel.Information, "ready after {Seconds:0.0} s: routes {Routes}, n0 = {Selection}, n = "
        + "{Estimation}, alpha = {FailureProbability}")]
    public static partial void Ready(
        this ILogger log, double seconds, string routes, int selection, int estimation, decimal failureProbability);

    [LoggerMessage(3, LogLevel.Information, "stopping: requests in flight have {Seconds} s to finish")]
    public static partial void Draining(this ILogger log, double seconds);

    [LoggerMessage(4, LogLevel.Information, "stopped")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(5, LogLevel.Information, "loading the registry again: {Why}")]
    public static partial void Reloading(this ILogger log, string why);

    [LoggerMessage(6, LogLevel.Information, "registry epoch {Epoch} is served after {Seconds:0.0} s: routes {Routes}")]
    public static partial void Reloaded(this ILogger log, int epoch, double seconds, string routes);

    [LoggerMessage(7, LogLevel.Error, "registry epoch {Epoch} goes on, the next has faults: {Faults}")]
    public static partial void NotReloaded(this ILogger log, int epoch, string faults);

    [LoggerMessage(8, LogLevel.Information,
        "registry epoch {Epoch} has ended: its requests are answered, its networks gone")]
    public static partial void EpochEnded(this ILogger log, int epoch);

    [LoggerMessage(9, LogLevel.Information, "runs on {LibTorch}")]
    public static partial void RunsOn(this ILogger log, string libTorch);

    [LoggerMessage(17, LogLevel.Information, "a load that was given up has come back: what it left behind is gone")]
    public static partial void CameBack(this ILogger log);

    [LoggerMessage(33, LogLevel.Information,
        "levels that are logged: information {Information}, warning {Warning}, error {Error}")]
    public static partial void LevelsChanged(this ILogger log, bool information, bool warning, bool error);

    [LoggerMessage(32, LogLevel.Critical,
        "something hangs {Seconds} s after the drain time: the process ends at once, with exit code {Code}")]
    public static partial void Hangs(this ILogger log, double seconds, int code);

    [LoggerMessage(40, LogLevel.Error, "{Network} failed repeatedly and is left alone for {Seconds:0.#} s: {Fault}")]
    public static partial void CircuitOpened(this ILogger log, string network, double seconds, string fault);

    [LoggerMessage(41, LogLevel.Information, "{Network} answers again")]
    public static partial void CircuitClosed(this ILogger log, string network);

    [LoggerMessage(50, LogLevel.Information, "{Network} is loaded, as was asked")]
    public static partial void NetworkLoaded(this ILogger log, string network);

    [LoggerMessage(51, LogLevel.Information, "{Network} is unloaded, as was asked: nobody asks it until it is loaded")]
    public static partial void NetworkUnloaded(this ILogger log, string network);

    [LoggerMessage(52, LogLevel.Error, "{Network} is not loaded: {Fault}")]
    public static partial void NetworkNotLoaded(this ILogger log, string network, string fault);

    [LoggerMessage(60, LogLevel.Warning, "of the registry that is loaded: {Notice}")]
    public static partial void Noticed(this ILogger log, string notice);

    [LoggerMessage(70, LogLevel.Information, "a gateway of the cluster at {Address}: no network is loaded here")]
    public static partial void JoinedCluster(this ILogger log, string address);

    [LoggerMessage(71, LogLevel.Warning, "of the cluster: {Happened}")]
    public static partial void OfWorkers(this ILogger log, string happened);

    [LoggerMessage(72, LogLevel.Critical, "this gateway is no member any more, and ends, to be started again: {Why}")]
    public static partial void GatewayExpelled(this ILogger log, string why);

    [LoggerMessage(10, LogLevel.Information,
        "answered {Images} images ({Mode}, n = {Estimation}) in {Milliseconds:0} ms")]
    public static partial void Answered(this ILogger log, int images, string mode, int estimation, double milliseconds);

    [LoggerMessage(11, LogLevel.Information, "refused with {Status}: {Reason}")]
    public static partial void Refused(this ILogger log, int status, string reason);

    [LoggerMessage(12, LogLevel.Information, "the caller is gone: its request was given up")]
    public static partial void CallerGone(this ILogger log);

    [LoggerMessage(13, LogLevel.Warning, "the drain time is over: a request was cut off")]
    public static partial void CutOff(this ILogger log);

    [LoggerMessage(14, LogLevel.Error, "a request failed")]
    public static partial void Failed(this ILogger log, Exception fault);

    [LoggerMessage(15, LogLevel.Error, "the keys stay as they were: {Faults}")]
    public static partial void KeysNotRead(this ILogger log, string faults);

    [LoggerMessage(30, LogLevel.Information,
        "connections are secured by another certificate from now on: {Subject}, until {NotAfter:u}")]
    public static partial void CertificateRead(this ILogger log, string subject, DateTime notAfter);

    [LoggerMessage(31, LogLevel.Error, "the certificate stays as it was: {Fault}")]
    public static partial void CertificateNotRead(this ILogger log, string fault);

    [LoggerMessage(16, LogLevel.Information,
        "streamed {Certificates} certificates of one image, stopped because {Reason}, in {Milliseconds:0} ms")]
    public static partial void Streamed(this ILogger log, int certificates, string reason, double milliseconds);
}
