using Router.Host.Serving.Operations;

namespace Router.Host.Serving.Http;

/// <summary>Measures every request by the address it matched.</summary>
internal sealed class Measured(ServingMeter meter, TimeProvider clock)
{
    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        long started = clock.GetTimestamp();
        context.Features.Set(new Arrival(started));
        await next(context);
        string address = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
        meter.Over(address, OutcomeOf(context), clock.GetElapsedTime(started));
    }

    private static string OutcomeOf(HttpContext context) => context.Features.Get<Outcome>() is { } told ? told.Name
        : context.RequestAborted.IsCancellationRequested ? "gone" : Outcome.Of(context.Response.StatusCode).Name;
}

/// <summary>
/// What became of a request where its status does not say whose limit it met: the server's, or one of the caller's own.
/// </summary>
/// <param name="Name">As it is counted.</param>
internal sealed record Outcome(string Name)
{
    /// <summary>The allowance of its key does not hold what it may draw.</summary>
    public static readonly Outcome Limited = new("limited");

    /// <summary>It was not there by the deadline that it named.</summary>
    public static readonly Outcome Late = new("late");

    /// <summary>Its answer broke off after its status was sent: an expert fell out, which is no answer.</summary>
    public static readonly Outcome BrokeOff = new("unavailable");

    /// <summary>What a status says by itself.</summary>
    public static Outcome Of(int status) => new(status switch
    {
        < StatusCodes.Status400BadRequest => "answered",
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "denied",
        StatusCodes.Status429TooManyRequests => "busy",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        < StatusCodes.Status500InternalServerError => "refused",
        _ => "failed",
    });
}
