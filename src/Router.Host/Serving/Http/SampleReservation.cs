using System.Collections.Concurrent;
using System.Globalization;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;

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

    /// <summary>
    /// Says how much is left, as draft-ietf-httpapi-ratelimit-headers has it: a quota of samples, over the seconds in
    /// which it refills.
    /// </summary>
    public static void Tell(HttpResponse response, SampleAllowance allowance)
    {
        if (response.HasStarted) return;
        AllowanceTerms terms = allowance.Terms;
        (long left, TimeSpan fullAfter) = allowance.Available;
        double window = Math.Ceiling(terms.Burst * terms.Period.TotalSeconds / terms.Samples);
        response.Headers["RateLimit-Policy"] = string.Create(
            CultureInfo.InvariantCulture, $"\"samples\";q={terms.Burst};w={window:0}");
        response.Headers["RateLimit"] = string.Create(
            CultureInfo.InvariantCulture, $"\"samples\";r={left};t={Math.Ceiling(fullAfter.TotalSeconds):0}");
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

/// <summary>
/// The allowances of all keys, by id: they outlive the rotation of a key and the re-reading of the file.
/// </summary>
internal sealed class SampleLedger(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, SampleAllowance> _allowances = new(StringComparer.Ordinal);

    /// <summary>Reserves what a request can draw at most.</summary>
    /// <param name="context">Its connection: knows whose key it came with, and is told what is left.</param>
    /// <param name="parameters">How to answer.</param>
    /// <param name="images">How many images.</param>
    /// <param name="drawn">Counts the samples that are drawn for it.</param>
    /// <param name="model">What it asks.</param>
    public SampleReservation Reserve(
        HttpContext context, InferParameters parameters, int images, DrawnSamples drawn, ServedModel model)
    {
        if (context.Features.Get<ApiKey>() is not { Terms: { } terms } key)
            return SampleReservation.Unlimited;
        SampleAllowance allowance = _allowances.GetOrAdd(key.Id, _ => new(terms, clock));
        allowance.Become(terms);
        long needed = model.MostSamples(parameters, images);
        bool fits = allowance.TryReserve(needed, out TimeSpan fitsAfter);
        if (fits)
            return new(allowance, needed, drawn, context.Response);
        SampleReservation.Tell(context.Response, allowance);
        if (needed > terms.Burst)
            return SampleReservation.Refused(
                StatusCodes.Status400BadRequest,
                $"this request may draw up to {needed} samples, but the allowance of key '{key.Id}' ({terms}) never "
                + $"holds more than {terms.Burst}: send fewer images, or smaller counts 'selection' and 'estimation'");
        context.Features.Set(Outcome.Limited);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(fitsAfter.TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);
        return SampleReservation.Refused(
            StatusCodes.Status429TooManyRequests,
            $"this request may draw up to {needed} samples, and the allowance of key '{key.Id}' ({terms}) holds "
            + $"{allowance.Available.Samples} now: ask again after the time in Retry-After, or with fewer images or "
            + $"smaller counts");
    }
}
