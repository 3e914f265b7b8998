using Router.Data;
using Router.Estimator;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>The certificate of one picture, for the terminal.</summary>
internal static class PictureCertificate
{
    /// <summary>Certifies and prints it.</summary>
    /// <exception cref="InputFault">The file is no usable image.</exception>
    public static async Task<Certificate> CertifyAsync(
        string path, Deployment deployed, CertificationPlan plan, SeedSource seeds, Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        GridInput input = Pictures.Read(path, deployed.Registry.Config.Dataset, surroundings);
        Certificate certificate =
            await deployed.Classifier.CertifyAsync(input, plan, seeds, progress: null, cancellationToken);
        Table table = new Table { Border = TableBorder.Simple }.AddColumns(
            "image", "route", "σ", "class", "certified radius", "limited by", "votes");
        surroundings.Out.Write(table.AddRow(
            Markup.Escape(path), certificate.Expert?.Id ?? "abstain", certificate.Expert?.Sigma.ToString() ?? "",
            certificate.Class is { } label ? DataSetKind.Find(deployed.Registry.Config.Dataset)?.LabelName(label)
                ?? $"class {label}" : "abstain",
            TowardZero.Text(certificate.Radius, decimals: 3),
            string.Join(' ', RecordStages.NameOf(certificate.LimitingStage), certificate.LimitingRoute).TrimEnd(),
            certificate.SamplesDrawn.ToString()));
        return certificate;
    }
}
