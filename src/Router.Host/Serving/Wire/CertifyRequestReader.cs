using System.Collections.Immutable;
using System.Text.Json;
using Router.Data;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Votes;

namespace Router.Host.Serving.Wire;

/// <summary>
/// Reads <c>/v1/certify</c>: one image, as a picture file or as a tensor, with its parameters in the address.
/// </summary>
internal sealed class CertifyRequestReader(ServingLimits limits, RequestBodies bodies)
{
    private const string Json = "application/json";

    private readonly PictureReader _pictures = new(limits);

    /// <summary>Reads one request; a picture is looked at, and not unpacked yet.</summary>
    public async Task<CertifyReading> ReadAsync(HttpContext context, ServedModel model)
    {
        HttpRequest request = context.Request;
        string type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        bool isPicture = PictureReader.MediaTypes.Contains(type);
        if (!isPicture && type != Json)
            return CertifyReading.Refused(
                StatusCodes.Status415UnsupportedMediaType,
                $"Content-Type '{Quoted.Cut(type)}' is not offered: accepted are "
                + $"{string.Join(", ", PictureReader.MediaTypes)} and {Json}");
        BodyReading body = await bodies.ReadAsync(context);
        bool isKept = false;
        try
        {
            if (body.Fault is { } fault)
                return CertifyReading.Refused(body.Status, fault);
            RequestFaults faults = new();
            Dictionary<string, JsonElement> parameters = AddressParameters.Read(request.Query, faults);
            CertificateExtras extras = new(
                AddressParameters.TakeFlag(parameters, "record", faults),
                AddressParameters.TakeFlag(parameters, "votes", faults));
            CertifyReading reading = isPicture
                ? LookAt(body, parameters, model, extras, faults)
                : OfTensor(
                    InferRequestReader.Read(
                        new(body.Bytes, body.Bytes.Length), AskedModel.Routed, model, limits, parameters),
                    extras, faults);
            isKept = isPicture && reading.Fault is null;
            return reading;
        }
        finally
        {
            if (!isKept) body.Dispose();
        }
    }

    /// <summary>The request of a reading, once its picture is unpacked.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="party">Who asks.</param>
    /// <param name="drawn">Counts the samples that are drawn for it.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <returns>The request, or what is wrong with its picture; neither where too many wait.</returns>
    public async Task<(InferRequest? Request, string? Problem)> UnpackAsync(
        CertifyReading reading, string party, DrawnSamples drawn, CancellationToken cancellationToken)
    {
        if (reading.Picture is not { } picture)
            return (reading.Tensor! with { Drawn = drawn }, null);
        (GridInput? input, string? problem) =
            await _pictures.ReadAsync(picture.File.Bytes, picture.Kind, party, cancellationToken);
        if (input is null)
            return (null, problem);
        InferRequest request = new(Id: null, [input], reading.Parameters!, [])
        {
            Drawn = drawn, IgnoredParameters = reading.IgnoredParameters,
        };
        return (request, null);
    }

    /// <summary>A request whose image is a picture file, which is looked at, and not unpacked yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="written">The parameters as they came.</param>
    /// <param name="model">What is served.</param>
    /// <param name="extras">What comes with certificates.</param>
    /// <param name="faults">What was wrong before.</param>
    public CertifyReading LookAt(
        BodyReading file, Dictionary<string, JsonElement> written, ServedModel model, CertificateExtras extras,
        RequestFaults faults)
    {
        ForeignParameters foreign = new();
        InferParameters? parameters = ParameterReader.Read(written, AskedModel.Routed, model, limits, foreign, faults);
        CheckMode(parameters, faults);
        if (model.DataSet is not { } kind)
        {
            faults.Add("picture files cannot be framed for this registry's data set: send the pixels as a tensor");
            return Refused(faults);
        }
        if (_pictures.Objection(file.Bytes.Span, kind) is { } problem) faults.Add(problem);
        return faults.Count > 0
            ? Refused(faults)
            : new(null, parameters, extras) { Picture = (file, kind), IgnoredParameters = foreign.Ignored };
    }

    /// <summary>A request whose image is a tensor.</summary>
    /// <param name="reading">The request.</param>
    /// <param name="extras">What comes with certificates.</param>
    /// <param name="faults">What was wrong before.</param>
    public static CertifyReading OfTensor(InferReading reading, CertificateExtras extras, RequestFaults faults)
    {
        if (reading.Request is not { } read)
            faults.Add(reading.Faults.ToString());
        else if (read.Images.Length != 1)
            faults.Add($"{read.Images.Length} images came: accepted is one; "
                + $"/v2/models/{ServedModel.Name}/infer takes several");
        CheckMode(reading.Request?.Parameters, faults);
        return faults.Count > 0 ? Refused(faults) : new(reading.Request, reading.Request!.Parameters, extras);
    }

    private static CertifyReading Refused(RequestFaults faults) =>
        CertifyReading.Refused(StatusCodes.Status400BadRequest, faults.ToString());

    private static void CheckMode(InferParameters? parameters, RequestFaults faults)
    {
        if (parameters is not null && parameters.Mode != InferMode.Certify)
            faults.Add("parameter 'mode' is not certify: predictions are answered at /v2");
    }
}

/// <summary>
/// A request of <c>/v1/certify</c>, or why it is none. Its picture takes memory until it is disposed of, and is gone
/// then.
/// </summary>
/// <param name="Tensor">The request where its image came as a tensor.</param>
/// <param name="Parameters">How to answer; null where it is refused.</param>
/// <param name="Extras">What comes with certificates.</param>
internal sealed record CertifyReading(InferRequest? Tensor, InferParameters? Parameters, CertificateExtras Extras)
    : IDisposable
{
    /// <summary>The file where its image came as one, and what it becomes.</summary>
    public (BodyReading File, DataSetKind Kind)? Picture { get; init; }

    /// <inheritdoc cref="InferRequest.IgnoredParameters"/>
    public ImmutableArray<string> IgnoredParameters { get; init; } = [];

    /// <summary>The status to refuse with.</summary>
    public int Status { get; private init; }

    /// <summary>Why it is refused; null where it is not.</summary>
    public string? Fault { get; private init; }

    /// <inheritdoc cref="InferParameters.Within"/>
    public CertifyReading Within(TimeSpan? most) =>
        this with { Tensor = Tensor?.Within(most), Parameters = Parameters?.Within(most) };

    public static CertifyReading Refused(int status, string fault) =>
        new(null, null, default) { Status = status, Fault = fault };

    /// <inheritdoc/>
    public void Dispose() => Picture?.File.Dispose();
}
