using System.Globalization;
using Router.Estimator;

namespace Router.Host.Serving.Http;

/// <summary>What a request may draw; once it is over, what it did not draw goes back.</summary>
internal sealed class SampleReservation : IDisposable
{
    private readonly SampleAllowance? _allowance;
    private readonly long _reserved;
    private readonly DrawnSamples? _drawn;
    private readonly HttpResponse? _response;
    private bool _isOver;

    /// <summary>A reservation that was granted.</summary>
    /// <param name="allowance">Where it was taken from.</param>
    /// <param name="reserved">How many samples.</param>
    /// <param name="drawn">Counts those that are drawn.</param>
    /// <param name="response">Is told what is left.</param>
    public SampleReservation(SampleAllowance allowance, long reserved, DrawnSamples drawn, HttpResponse response)
    {
        (_allowance, _reserved, _drawn, _response) = (allowance, reserved, drawn, response);
        Tell(response, allowance);
    }

    private SampleReservation(int status, string? refusal) => (Status, Refusal) = (status, refusal);

    /// <summary>Of somebody without an allowance: nothing is counted.</summary>
    public static SampleReservation Unlimited { get; } = new(StatusCodes.Status200OK, refusal: null);

    /// <summary>Why the request is not answered; null where it may be.</summary>
    public string? Refusal { get; }

    /// <summary>The status to refuse with.</summary>
    public int Status { get; }

    /// <summary>A request that may not draw.</summary>
    public static SampleReservation Refused(int status, string reason) => new(status, reason);

    /// <summary>Says how much is left, as draft-ietf-httpapi-ratelimit-headers has it: a quota of samples, over the seconds in which it refills.</summary>
    public static void Tell(HttpResponse response, SampleAllowance allowance)
    {
        if (response.HasStarted) return;
        AllowanceTerms terms = allowance.Terms;
        (long left, TimeSpan fullAfter) = allowance.Available;
        double window = Math.Ceiling(terms.Burst * terms.Period.TotalSeconds / terms.Samples);
        response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"samples\";q={terms.Burst};w={window:0}");
        response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"samples\";r={left};t={Math.Ceiling(fullAfter.TotalSeconds):0}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_allowance is null || _isOver) return;
        _isOver = true;
        _allowance.GiveBack(_reserved - Math.Min(_reserved, _drawn!.Count));
        Tell(_response!, _allowance);
    }
}
