using Router.Engine;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Votes;

namespace Votes.Bench;

/// <summary>Ours, as a registry says: through the voter that every certificate asks.</summary>
internal sealed class OwnVotes : IVoting
{
    private readonly LoadedRegistry _registry;
    private readonly GridInput _image;
    private ulong _seed;

    /// <param name="plan">The network.</param>
    /// <param name="folder">Where its registry is written.</param>
    /// <param name="checkpoint">Its weights.</param>
    /// <param name="format">float32, bfloat16 or int8.</param>
    /// <param name="batch">Images in a pass.</param>
    /// <param name="threads">Of a pass.</param>
    public OwnVotes(ResNetPlan plan, string folder, string checkpoint, string format, int batch, int threads)
    {
        string path = Path.Combine(folder, $"{plan.Architecture}.{format}.yaml");
        File.WriteAllText(path, $$"""
            dataset: {{plan.Dataset}}
            routing: { kind: fixed, expert: one }
            devices: { dtype: {{format}}, batch: {{batch}} }
            experts:
              - { id: one, sigma: {{Noise.Sigma}}, architecture: {{plan.Architecture}},
                  checkpoint: {{checkpoint}}, input: standardize }
            """);
        RegistryReading reading = RegistryReader.Read(path);
        _registry = new RegistryLoader(Machine.Detect(threads)).Load(
            reading.Config ?? throw new InvalidDataException(string.Join('\n', reading.Faults)));
        _image = new(Noise.Image(plan.Side), 3, plan.Side, plan.Side);
    }

    public int Batch => _registry.Experts[0].BatchSize;

    public float[] Logits(IReadOnlyList<byte[]> levels) =>
    [
        .. _registry.Experts[0].LogitsAsync([.. levels.Select(one => new GridInput(one, _image.Shape))])
            .GetAwaiter().GetResult().SelectMany(row => row),
    ];

    public void Vote(long count) => _registry.Experts[0].Voter
        .VoteAsync(new(_image, new(_seed++, 0), new(0, count)), CancellationToken.None).GetAwaiter().GetResult();

    public void Dispose() => _registry.Dispose();
}
