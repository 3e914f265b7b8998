using Router.Engine.Architectures;
using Router.Engine.LibTorch;
using Router.Estimator;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Training.Batches;
using Router.Training.Networks;

namespace Router.Training.Attacks;

/// <summary>
/// A network as an attack sees it: with gradients. The votes that verify what is found are the deployed network's.
/// </summary>
public sealed class AttackedNetwork : IDisposable
{
    private readonly IDisposable? _owned;

    internal AttackedNetwork(
        Func<torch.Tensor, torch.Tensor> logits, double sigma, string device = "cpu", IDisposable? owned = null) =>
        (Logits, Sigma, Device, _owned) = (logits, sigma, NativeTorch.Device(device), owned);

    /// <summary>Logits [B, K] of noisy images [B, C, H, W] in [0,1].</summary>
    internal Func<torch.Tensor, torch.Tensor> Logits { get; }

    /// <summary>σ of its noise, in [0,1] pixels.</summary>
    internal double Sigma { get; }

    internal torch.Device Device { get; }

    /// <summary>Loads the weights of a deployed network once more, where they can be differentiated.</summary>
    /// <param name="network">The deployed network.</param>
    /// <param name="device">Where gradients are computed, for all networks of an attack: cpu, or cuda:N.</param>
    /// <exception cref="InvalidDataException">Its architecture has no gradients here.</exception>
    public static AttackedNetwork Of(LoadedNetwork network, string device)
    {
        if (network.Config.Members.FirstOrDefault(
            member => CifarShape.Find(member.Architecture) is null) is { } unknown)
            throw new InvalidDataException(
                $"{network.Id} of architecture {unknown.Architecture} cannot be attacked: gradients are there for "
                + CifarShape.Accepted);
        TrainableEnsemble members = new(network.Config, network.Voter.OutcomeCount, device);
        return new(members.Forward, (double)network.Config.Sigma, device, members);
    }

    /// <summary>
    /// The router of a mix: an outcome's probability is that of all outcomes it stands in for. Owns this network.
    /// </summary>
    /// <param name="restriction">Who stays, and who stands in for whom.</param>
    public AttackedNetwork Restrict(Restriction restriction)
    {
        int[][] groups =
        [
            .. Enumerable.Range(0, restriction.Members.Length).Select(member =>
                Enumerable.Range(0, restriction.Stands.Length).Where(k => restriction.Stands[k] == member).ToArray()),
        ];
        return new(
            x =>
            {
                torch.Tensor logits = Logits(x);
                return torch.stack([.. groups.Select(
                    group => torch.stack([.. group.Select(k => logits.select(1, k))], 1).logsumexp(1))], 1);
            }, Sigma, Device.ToString(), this);
    }

    /// <inheritdoc/>
    public void Dispose() => _owned?.Dispose();

    // The mean of the members' logits, and of those of the mirror image where it is asked too.
    private sealed class TrainableEnsemble : IDisposable
    {
        private readonly List<TrainableResNet> _members = [];
        private readonly NoiseLevels _noise;
        private readonly torch.Device _device;
        private readonly bool _mirrors;

        public TrainableEnsemble(NetworkConfig network, int outputs, string device)
        {
            (_noise, _device) = (NoiseLevels.Of(network.Sigma), NativeTorch.Device(device));
            _mirrors = network.Mirror;
            try
            {
                foreach (NetworkConfig member in network.Members)
                {
                    Checkpoint checkpoint = CheckpointFile.Read(member.CheckpointPath);
                    _members.Add(new(
                        member.Architecture, outputs, member.InputLayer, torch.ScalarType.Float32, _device, seed: 0));
                    _members[^1].Load(checkpoint.Tensors, warmUp: false);
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public torch.Tensor Forward(torch.Tensor x)
        {
            torch.Tensor sigmas = _noise.PerImage(x.shape[0], copies: 1, _device);
            torch.Tensor[] views = _mirrors ? [x, x.flip(3)] : [x];
            torch.Tensor[] logits = [.. _members.SelectMany(
                member => views.Select(view => member.Forward(view, training: false, sigmas)))];
            return logits.Length == 1 ? logits[0] : torch.stack(logits).mean([0]);
        }

        public void Dispose() => _members.ForEach(member => member.Dispose());
    }
}
