
namespace Router.Host.Serving.Http;

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
}
