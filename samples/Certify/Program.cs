using System.Collections.Immutable;
using System.Security.Cryptography;
using Router.Data;
using Router.Engine;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;

// Certify REGISTRY PICTURE
RegistryReading reading = RegistryReader.Read(args[0]);
RegistryConfig config = reading.Config ?? throw new InvalidDataException(string.Join('\n', reading.Faults));
using LoadedRegistry registry = new RegistryLoader(Machine.Detect(threads: 1)).Load(config);
RoutedClassifier classifier = RegisteredMix.Deployed(registry);
Framing framing = DataSetKind.Find(config.Dataset)!.Framing;
GridInput image = framing.Apply(ImageFile.Read(args[1], ImageLimits.Default)).ToInput();
SeedSource seeds = new(RandomNumberGenerator.GetBytes(32), SeedOrigin.Server);
CertificationPlan plan = new(router: new(100, 1000), expert: new(100, 1000), failureProbability: .001);
Certificate certificate = await classifier.CertifyAsync(image, plan, seeds);
CertificateRecord record =
    new RecordSigner(classifier, ImmutableSortedDictionary<string, string>.Empty).Record(certificate, seeds.Origin);
Console.WriteLine($"class {certificate.Class?.ToString() ?? "unknown"} within {certificate.Radius}");
Console.WriteLine(RecordVerifier.Verify(RecordJson.Write(record)));
