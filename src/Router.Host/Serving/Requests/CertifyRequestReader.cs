using System.Text.Json;
using Router.Host.Serving.Answers;
using Router.Host.Serving.Models;
using Router.Host.Serving.Protocol;
using Router.Smoothing;

namespace Router.Host.Serving.Requests;

/// <summary>Reads <c>/v1/certify</c>: one image, as a picture file or as a tensor, with its parameters in the address.</summary>
internal sealed class CertifyRequestReader(ServingLimits limits, BodyMemory memory) : IDisposable
{
    private const string Json = "application/json";

    private readonly PictureReader _pictures = new();

    /// <summary>Reads one request.</summary>
    public async Task<CertifyReading> ReadAsync(HttpRequest request, ServedModel model, CancellationToken cancellationToken)
    {
        string type = request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() ?? "";
        bool isPicture = PictureReader.MediaTypes.Contains(type);
        if (!isPicture && type != Json)
            return CertifyReading.Refused(
                StatusCodes.Status415UnsupportedMediaType,
                $"Content-Type '{Quoted.Cut(type)}' is not offered: accepted are {string.Join(", ", PictureReader.MediaTypes)} and {Json}");
        using BodyReading body = await RequestBody.ReadAsync(request, limits.BodyBytes, memory, cancellationToken);
        if (body.Fault is { } fault)
            return CertifyReading.Refused(body.Status, fault);
        RequestFaults faults = new();
        Dictionary<string, JsonElement> parameters = AddressParameters.Read(request.Query, faults);
        CertificateExtras extras = new(AddressParameters.TakeFlag(parameters, "record", faults), AddressParameters.TakeFlag(parameters, "votes", faults));
        InferReading reading = isPicture
            ? await ReadPictureAsync(body.Bytes, parameters, model, cancellationToken)
            : InferRequestReader.Read(new(body.Bytes.Span, body.Bytes.Length), AskedModel.Routed, model, limits, parameters);
        if (reading.Request is { } read)
        {
            if (read.Images.Length != 1) faults.Add($"{read.Images.Length} images came: accepted is one; /v2/models/{ServedModel.Name}/infer takes several");
            if (read.Mode != InferMode.Certify) faults.Add("parameter 'mode' is not certify: predictions are answered at /v2");
        }
        else
            faults.Add(reading.Faults.ToString());
        return faults.Count > 0
            ? CertifyReading.Refused(StatusCodes.Status400BadRequest, faults.ToString())
            : new(reading.Request, extras);
    }

    private async Task<InferReading> ReadPictureAsync(
        ReadOnlyMemory<byte> file, Dictionary<string, JsonElement> written, ServedModel model, CancellationToken cancellationToken)
    {
        if (model.DataSet is not { } kind)
            return InferReading.Of("picture files cannot be framed for this registry's data set: send the pixels as a tensor");
        RequestFaults faults = new();
        ForeignParameters foreign = new();
        InferParameters? parameters = ParameterReader.Read(written, AskedModel.Routed, model, limits, foreign, faults);
        (GridInput? input, string? problem) = await _pictures.ReadAsync(file, kind, cancellationToken);
        if (problem is not null) faults.Add(problem);
        return faults.Count > 0 ? new(null, faults) : new(new(Id: null, [input!], parameters!, []) { IgnoredParameters = foreign.Ignored }, faults);
    }

    /// <inheritdoc/>
    public void Dispose() => _pictures.Dispose();
}

/// <summary>A request of <c>/v1/certify</c>, or why it is none.</summary>
/// <param name="Request">The request; null where it is refused.</param>
/// <param name="Extras">What comes with certificates.</param>
internal sealed record CertifyReading(InferRequest? Request, CertificateExtras Extras)
{
    /// <summary>The status to refuse with.</summary>
    public int Status { get; private init; }

    /// <summary>Why it is refused; null where it is not.</summary>
    public string? Fault { get; private init; }

    public static CertifyReading Refused(int status, string fault) => new(null, default(CertificateExtras)) { Status = status, Fault = fault };
}
