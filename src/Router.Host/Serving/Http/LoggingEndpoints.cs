using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>
/// Which levels are logged, for whoever has to find out something while the daemon runs (Triton's logging extension).
/// What was decided at the start, where lines go and how they look, stays.
/// </summary>
internal sealed class LoggingEndpoints(SwitchedLog log, RequestBodies bodies)
{
    private const string Format = "ISO8601";

    /// <summary>What is logged now.</summary>
    public IResult Now() => Reply.Json(
        new LoggingSettings(
            LogFile: "", log.Information, log.Warning, log.Error, LogVerboseLevel: 0, Format),
        ProtocolJson.Instance.LoggingSettings);

    /// <summary>Changes what the body names, or nothing where a part of it is refused.</summary>
    public async Task<IResult> ChangeAsync(HttpContext context)
    {
        (LoggingRequest? asked, IResult? refusal) = await OptionalBody.ReadAsync(
            context, bodies, ProtocolJson.Instance.LoggingRequest,
            "{log_info?, log_warning?, log_error?} with true or false");
        if (refusal is not null)
            return refusal;
        if (asked is null)
            return Now();
        if (Objection(asked) is { } objection)
            return Refusal.Of(StatusCodes.Status400BadRequest, objection);
        // The line that tells of it is there whether it is the last one or the first.
        bool told = log.Information;
        bool information = asked.LogInfo ?? told, warning = asked.LogWarning ?? log.Warning,
            error = asked.LogError ?? log.Error;
        if (told) log.LevelsChanged(information, warning, error);
        (log.Information, log.Warning, log.Error) = (information, warning, error);
        if (!told) log.LevelsChanged(information, warning, error);
        return Now();
    }

    private static string? Objection(LoggingRequest asked) => asked switch
    {
        { LogFile: { Length: > 0 } file } =>
            $"log_file is '{Quoted.Cut(file)}': accepted is \"\", lines go to the error stream",
        { LogFormat: not (null or Format) } =>
            $"log_format is '{Quoted.Cut(asked.LogFormat)}': accepted is {Format}; dualrs serve --log says at the "
            + "start whether lines are text or JSON",
        { LogVerboseLevel: not (null or 0) } =>
            $"log_verbose_level is {asked.LogVerboseLevel}: accepted is 0, there is nothing more to log",
        _ => null,
    };
}
