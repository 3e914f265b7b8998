using Router.Host.Serving.Metrics;

namespace Router.Host.Serving.Endpoints;

/// <summary>Measures every request by the address it matched.</summary>
internal sealed class Measured(ServingMeter meter, TimeProvider clock)
{
    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        long started = clock.GetTimestamp();
        await next(context);
        string address = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
        meter.Over(address, OutcomeOf(context), clock.GetElapsedTime(started));
    }

    /// <summary>Says of a request whose answer broke off after its status was sent that it was not answered.</summary>
    public static void BrokeOff(HttpContext context) => context.Items[typeof(Measured)] = "unavailable";

    private static string OutcomeOf(HttpContext context) => context.Response.StatusCode switch
    {
        _ when context.RequestAborted.IsCancellationRequested => "gone",
        _ when context.Items.TryGetValue(typeof(Measured), out object? outcome) => (string)outcome!,
        < StatusCodes.Status400BadRequest => "answered",
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "denied",
        StatusCodes.Status429TooManyRequests => "busy",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        < StatusCodes.Status500InternalServerError => "refused",
        _ => "failed",
    };
}
