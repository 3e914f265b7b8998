using Router.Data;
using Router.Smoothing;
using Router.Smoothing.Records;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>The certificate of one picture, for the terminal.</summary>
internal static class PictureCertificate
{
    /// <summary>What it says, in one row.</summary>
    public static Table TableOf(string path, Certificate certificate, string dataset)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumns(
            "image", "route", "σ", "class", "certified radius", "limited by", "votes");
        return table.AddRow(
            Markup.Escape(path), certificate.Expert?.Id ?? "abstain", certificate.Expert?.Sigma.ToString() ?? "",
            certificate.Class is { } label ? DataSetKind.Find(dataset)?.LabelName(label) ?? $"class {label}"
                : "abstain",
            TowardZero.Text(certificate.Radius, decimals: 3),
            string.Join(' ', RecordStages.NameOf(certificate.LimitingStage), certificate.LimitingRoute).TrimEnd(),
            certificate.SamplesDrawn.ToString());
    }
}
