using System.Text.Json.Nodes;
using Router.Data;
using Router.Evaluation.Runs;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Host.Commands;

/// <summary>A certificate as an object, with the names that <c>/v1/certify</c> has for the same.</summary>
internal static class CertificateJson
{
    /// <summary>Of one picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="certificate">What was proved.</param>
    /// <param name="origin">Whose seed it was.</param>
    /// <param name="dataset">The data set that has the names of classes.</param>
    public static JsonObject Of(string path, Certificate certificate, SeedOrigin origin, string dataset)
    {
        JsonObject told = new() { ["image"] = path };
        Add(told, certificate, origin, dataset);
        return told;
    }

    /// <summary>Of an image of a data set.</summary>
    public static JsonObject Of(CertifiedImage image, SeedOrigin origin, string dataset)
    {
        JsonObject told = new()
        {
            ["index"] = image.Image.Index, ["true_class"] = image.Image.Label,
            ["true_label"] = LabelOf(image.Image.Label, dataset),
        };
        Add(told, image.Certificate, origin, dataset);
        told["seconds"] = image.Elapsed.TotalSeconds;
        return told;
    }

    /// <summary>What a class is called; null of none, and where a data set has no names.</summary>
    public static string? LabelOf(int? label, string dataset) =>
        label is { } known ? DataSetKind.Find(dataset)?.LabelName(known) : null;

    private static void Add(JsonObject told, Certificate certificate, SeedOrigin origin, string dataset)
    {
        told["class"] = certificate.Class;
        told["label"] = LabelOf(certificate.Class, dataset);
        told["radius"] = certificate.Radius;
        told["route"] = certificate.Expert?.Id;
        told["route_sigma"] = certificate.Expert?.Sigma;
        told["route_radius"] = double.IsPositiveInfinity(certificate.RouteRadius) ? null : certificate.RouteRadius;
        told["expert_radius"] = certificate.Expert?.Radius ?? 0;
        told["limiting_stage"] = RecordStages.NameOf(certificate.LimitingStage);
        told["limiting_route"] = certificate.LimitingRoute;
        told["samples"] = certificate.SamplesDrawn;
        told["failure_probability"] = certificate.Ledger.Total;
        told["certificate"] = CertificateKinds.NameOf(certificate.Kind);
        told["seed_origin"] = SeedRecord.NameOf(origin);
        told["input"] = certificate.InputHash;
    }
}
