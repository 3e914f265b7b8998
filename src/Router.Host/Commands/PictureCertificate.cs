using Router.Host.Cli;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Host.Commands;

/// <summary>The certificate of one picture, for the terminal.</summary>
internal static class PictureCertificate
{
    /// <summary>What it says, in one row.</summary>
    public static TextTable TableOf(string path, Certificate certificate, string dataset)
    {
        TextTable table = new(
            TextColumn.Whole("image"), TextColumn.Whole("route"), TextColumn.Number("σ"), TextColumn.Whole("class"),
            TextColumn.Number("radius"), TextColumn.Words("limited by"), TextColumn.Number("votes"));
        table.Add(
            path, certificate.Expert?.Id ?? "abstain", certificate.Expert?.Sigma.ToString() ?? "",
            certificate.Class is { } label ? CertificateJson.LabelOf(label, dataset) ?? $"class {label}" : "abstain",
            TowardZero.Text(certificate.Radius, decimals: 3),
            string.Join(' ', RecordStages.NameOf(certificate.LimitingStage), certificate.LimitingRoute).TrimEnd(),
            certificate.SamplesDrawn.ToString());
        return table;
    }
}
