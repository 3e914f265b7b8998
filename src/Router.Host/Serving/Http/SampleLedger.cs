using System.Collections.Concurrent;
using System.Globalization;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>The allowances of all keys, by id: they outlive the rotation of a key and the re-reading of the file.</summary>
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
                $"this request may draw up to {needed} samples, but the allowance of key '{key.Id}' ({terms}) never holds more than {terms.Burst}: "
                + "send fewer images, or smaller counts 'selection' and 'estimation'");
        context.Features.Set(Outcome.Limited);
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(fitsAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return SampleReservation.Refused(
            StatusCodes.Status429TooManyRequests,
            $"this request may draw up to {needed} samples, and the allowance of key '{key.Id}' ({terms}) holds {allowance.Available.Samples} now: "
            + "ask again after the time in Retry-After, or with fewer images or smaller counts");
    }
}
