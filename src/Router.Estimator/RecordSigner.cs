using System.Collections.Immutable;
using System.Security.Cryptography;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Estimator;

/// <summary>Writes the records of a classifier's certificates, and signs them where it has a key.</summary>
public sealed class RecordSigner
{
    private readonly RoutingRecord _routing;
    private readonly ImmutableSortedDictionary<string, string> _versions;
    private readonly ECDsa? _key;

    /// <summary>A signer for one classifier.</summary>
    /// <param name="classifier">Whose certificates.</param>
    /// <param name="versions">What makes the records, by component.</param>
    /// <param name="key">A private key on P-256, or null to leave records unsigned; not disposed of.</param>
    /// <exception cref="ArgumentException">The key is on another curve.</exception>
    public RecordSigner(
        RoutedClassifier classifier, ImmutableSortedDictionary<string, string> versions, ECDsa? key = null)
    {
        if (key is not null && !RecordSignature.IsP256(key))
            throw new ArgumentException("records are signed with keys on P-256", nameof(key));
        (_routing, _versions, _key) = (RoutingOf(classifier), versions, key);
    }

    /// <summary>A classifier's routing, as its records have it.</summary>
    public static RoutingRecord RoutingOf(RoutedClassifier classifier) =>
        classifier.Cascade is { } cascade ? RoutingRecord.Of(cascade, [.. classifier.Routes.Select(MemberOf)])
        : RoutingRecord.Of(
            classifier.Rule, [.. classifier.Routes.Select(MemberOf)],
            classifier.Router is { } router ? MemberOf(router) : null);

    /// <summary>The same signer for another classifier: a mix is a function of its own.</summary>
    public RecordSigner For(RoutedClassifier classifier) => new(classifier, _versions, _key);

    /// <summary>The record of a certificate of this classifier.</summary>
    /// <param name="certificate">What was proved.</param>
    /// <param name="seedOrigin">Who knew its seed beforehand.</param>
    public CertificateRecord Record(Certificate certificate, SeedOrigin seedOrigin)
    {
        CertificateRecord record = CertificateRecord.From(
            certificate, new() { Routing = _routing, SeedOrigin = seedOrigin, Versions = _versions });
        return _key is null ? record : RecordSignature.Sign(record, _key);
    }

    private static MemberRecord MemberOf(Route route) => new(route.Id, route.Voter.FunctionId.Value)
    {
        Pass = route.Pass.Step > 0 ? route.Pass.ToString() : null,
    };
}
