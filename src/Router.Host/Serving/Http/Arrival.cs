using Microsoft.AspNetCore.Http.Features;

namespace Router.Host.Serving.Http;

/// <summary>When a request came: its time counts from there, also while its body is read.</summary>
/// <param name="Timestamp">By the daemon's clock.</param>
internal sealed record Arrival(long Timestamp)
{
    /// <summary>When a request came.</summary>
    public static long Of(HttpContext context) => context.Features.GetRequiredFeature<Arrival>().Timestamp;
}
