using System.Collections.Immutable;
using Router.Evaluation.Logs;

namespace Router.Evaluation.Attacks;

/// <summary>What all rows of an attack log have in common; written as JSON beside it.</summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Data">The data set, split included.</param>
/// <param name="Functions">The functions of the system, the router's first.</param>
/// <param name="Routing">Its routing rule.</param>
/// <param name="CertificateAlpha">α of each certificate.</param>
/// <param name="Search">The search, with all its constants.</param>
/// <param name="Verification">Samples of each stage in a verification.</param>
/// <param name="FailureProbability">α of everything that is claimed of one image.</param>
/// <param name="Seed">The seed of search and verification, which draw from different noise.</param>
public sealed record AttackTerms(
    string Schema, string Data, ImmutableArray<string> Functions, string Routing, double CertificateAlpha,
    string Search, int Verification,
    double FailureProbability, ulong Seed) : ITerms<AttackTerms>
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const string CurrentSchema = "dualrs.attack/1";

    /// <summary>The file of a log's terms.</summary>
    public static TermsFile<AttackTerms> FileOf(string log) => new(log + ".json", "attack", CurrentSchema, "file");

    bool ITerms<AttackTerms>.IsWhole => !Functions.IsDefault;

    /// <inheritdoc/>
    public string? Difference(AttackTerms now) =>
        Data != now.Data ? $"it is about {Data}, not {now.Data}"
        : !Functions.SequenceEqual(now.Functions)
            ? "it is of other functions: other weights, settings, build or machine"
        : Routing != now.Routing ? $"its system routes by '{Routing}', not by '{now.Routing}'"
        : CertificateAlpha != now.CertificateAlpha
            ? $"its certificates have α = {CertificateAlpha}, not {now.CertificateAlpha}"
        : Search != now.Search ? $"its search is '{Search}', not '{now.Search}'"
        : (Verification, FailureProbability) != (now.Verification, now.FailureProbability)
            ? $"it verifies with n = {Verification} at α = {FailureProbability}, not with n = {now.Verification} at α "
                + $"= {now.FailureProbability}"
        : Seed != now.Seed ? $"its seed is {Seed}, not {now.Seed}"
        : null;
}
