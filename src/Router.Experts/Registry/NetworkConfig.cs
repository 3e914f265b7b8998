using Router.Engine;
using Router.Votes;

namespace Router.Experts.Registry;

/// <summary>What the registry says of one network, expert or router.</summary>
public abstract record NetworkConfig : Written
{
    /// <summary>
    /// Unique without regard to case: letters, digits, <c>. _ -</c>, at most 64. Also its model name over HTTP.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>
    /// σ of its smoothing noise in units of [0,1] pixels, &gt; 0: exactly the decimal that was written.
    /// </summary>
    public required decimal Sigma { get; init; }

    /// <summary>
    /// Name of the layer structure, for example <c>cifar_resnet110</c>, or <c>torchscript</c>; of an ensemble that of
    /// its first member.
    /// </summary>
    public required string Architecture { get; init; }

    /// <summary>
    /// Absolute path of the weights; relative ones were resolved against the registry's folder. Of an ensemble those of
    /// its first member.
    /// </summary>
    public required string CheckpointPath { get; init; }

    /// <summary>What happens to noisy [0,1] pixels before the first layer.</summary>
    public required InputLayer InputLayer { get; init; }

    /// <summary>
    /// SHA-256 of the checkpoint file, 64 lower-case hex digits; null where not stated. Of an ensemble that of its
    /// first member.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>
    /// The members of an ensemble after the first, in their order; empty for a network alone. The logits of an ensemble
    /// are the mean of its members'.
    /// </summary>
    public ValueArray<EnsembleMember> Others { get; init; } = [];

    /// <summary>
    /// Its members, each as if it stood here alone; a network that does stand alone is its only member.
    /// </summary>
    public IEnumerable<NetworkConfig> Members => Others
        .Select(other => this with { Architecture = other.Architecture, CheckpointPath = other.CheckpointPath,
            Sha256 = other.Sha256, Others = [] })
        .Prepend(this with { Others = [] });

    /// <summary>
    /// True where its logits are the mean of those of the noisy image and of the mirror image of that (left and right
    /// exchanged).
    /// </summary>
    public bool Mirror { get; init; }

    /// <summary>The architectures of its members: <c>cifar_resnet20 + cifar_resnet32</c>.</summary>
    public string Architectures => string.Join(" + ", Members.Select(member => member.Architecture));

    /// <summary>What is asked for a vote, for people: <c>cifar_resnet20, mirrored</c>.</summary>
    public string Structure => Mirror ? $"{Architectures}, mirrored" : Architectures;

    /// <summary>The files of its members, for messages.</summary>
    public string Checkpoints => string.Join(", ", Members.Select(member => member.CheckpointPath));

    /// <summary>True where the author vouches for a file whose format can run code (TorchScript).</summary>
    public bool Trust { get; init; }

    /// <summary>When it comes into memory, and whether it may leave.</summary>
    public LoadPolicy Load { get; init; }

    /// <summary>
    /// Absolute path of the model card where one was named; by convention it otherwise lies beside the checkpoint.
    /// </summary>
    public string? CardPath { get; init; }
}

/// <summary>One more network of an ensemble.</summary>
/// <param name="Architecture">Name of its layer structure.</param>
/// <param name="CheckpointPath">Absolute path of its weights.</param>
/// <param name="Sha256">Of that file, 64 lower-case hex digits; null where not stated.</param>
public sealed record EnsembleMember(string Architecture, string CheckpointPath, string? Sha256);

/// <summary>One expert f_k with its fixed noise σ_k (Notation of the certificates).</summary>
public sealed record ExpertConfig : NetworkConfig
{
    /// <summary>
    /// Stands between an expert's id and the number of a version that is not deployed; no written id holds it.
    /// </summary>
    public const char VersionMark = ':';

    /// <summary>The number of its version, from 1; null where the registry numbers none.</summary>
    public int? Version { get; init; }

    /// <summary>
    /// Its id, and its model name over HTTP. A version that is not deployed is another network of the same name, and
    /// has an id of its own: <c>s025:1</c>.
    /// </summary>
    public string Name => Id.Split(VersionMark, 2)[0];

    /// <summary>How many classes it tells apart; null: as many as the data set has.</summary>
    public int? Classes { get; init; }

    /// <summary>θ: how sure it must be for a vote to count. Part of its function.</summary>
    public PassThreshold Pass { get; init; }
}

/// <summary>The variance estimator h, one output per expert, smoothed with its own noise s.</summary>
public sealed record RouterConfig : NetworkConfig
{
    /// <summary>Its id where the registry gives none.</summary>
    public const string DefaultId = "router";

    /// <summary>
    /// Expert ids in the order of its outputs: output k votes for <c>Routes[k]</c>. Every expert exactly once.
    /// </summary>
    public required ValueArray<string> Routes { get; init; }
}
