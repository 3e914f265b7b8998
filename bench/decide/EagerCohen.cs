using Router.Data;
using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using TorchSharp;
using Training.Bench;
using static TorchSharp.torch;

namespace Decide.Bench;

/// <summary>
/// CERTIFY as one writes it from the paper (Cohen, Rosenfeld and Kolter 2019, section 3.2) over TorchSharp's own
/// modules, eager: the image repeated, Gaussian noise of randn, argmax, counts. No code of the engine votes here.
/// </summary>
internal sealed class EagerCohen : IDisposable
{
    private const int Selection = 100, Estimation = 10_000, Classes = 10;
    private const double Alpha = 0.001;

    private readonly PlainResNet _network = new(Classes);
    private readonly Tensor _mean = tensor([.4914f, .4822f, .4465f]).view(1, 3, 1, 1),
        _sd = tensor([.2023f, .1994f, .2010f]).view(1, 3, 1, 1);

    private readonly float _sigma;
    private readonly int _batch;

    /// <summary>A ResNet-20 of Cohen's repository.</summary>
    /// <param name="checkpoint">Its weights.</param>
    /// <param name="sigma">σ of the noise, in [0,1] pixels.</param>
    /// <param name="batch">Images in a pass.</param>
    public EagerCohen(string checkpoint, decimal sigma, int batch)
    {
        (_sigma, _batch) = ((float)sigma, batch);
        IReadOnlyDictionary<string, NamedTensor> weights = CheckpointFile.Read(checkpoint).Tensors;
        using (no_grad())
            foreach ((string name, Tensor own) in _network.state_dict())
                using (Tensor read = weights[TheirName(name)].ToTensor())
                    own.copy_(read);
        _network.eval();
    }

    /// <summary>At n fixed samples.</summary>
    public Answered Certify(Image8 image)
    {
        using Tensor x = Pixels(image);
        int top = Top(Votes(x, Selection));
        Probability lower = ClopperPearson.Lower(Votes(x, Estimation)[top], Estimation, Alpha);
        double radius = Cohen.Radius((decimal)_sigma, lower);
        return new(radius > 0 ? top : null, radius, Selection + Estimation);
    }

    /// <summary>
    /// Whether a radius is certified, at three looks of α/3 each (Horváth et al. 2022): decided where the bound
    /// proves it, or where the upper bound at the same error says that no later look will.
    /// </summary>
    public Answered Decide(Image8 image, double target)
    {
        using Tensor x = Pixels(image);
        int top = Top(Votes(x, Selection));
        long hits = 0, drawn = 0;
        foreach (long look in (long[])[100, 1_000, Estimation])
        {
            hits += Votes(x, look - drawn)[top];
            drawn = look;
            double radius = Cohen.Radius((decimal)_sigma, ClopperPearson.Lower(hits, drawn, Alpha / 3));
            if (radius >= target)
                return new(top, radius, Selection + drawn);
            if (Cohen.Radius((decimal)_sigma, ClopperPearson.Upper(hits, drawn, Alpha / 3)) < target)
                break;
        }
        return new(null, 0, Selection + drawn);
    }

    /// <summary>Votes that nobody reads, to time them.</summary>
    public void Draw(Image8 image, long count)
    {
        using Tensor x = Pixels(image);
        Votes(x, count);
    }

    public void Dispose()
    {
        _network.Dispose();
        _mean.Dispose();
        _sd.Dispose();
    }

    private static int Top(long[] votes) => votes.AsSpan().IndexOf(votes.Max());

    private static Tensor Pixels(Image8 image) =>
        tensor([.. image.Pixels.ToArray().Select(level => level / 255f)]).view(1, 3, image.Height, image.Width);

    private long[] Votes(Tensor x, long count)
    {
        long[] votes = new long[Classes];
        using var _ = no_grad();
        for (long left = count; left > 0; left -= _batch)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor batch = x.repeat(Math.Min(left, _batch), 1, 1, 1);
            Tensor noisy = batch + (randn_like(batch) * _sigma);
            foreach (long label in _network.forward((noisy - _mean) / _sd).argmax(1).data<long>()) votes[label]++;
        }
        return votes;
    }

    // _blocks.4._way.3.weight is layer2.1.conv2.weight, three blocks a layer.
    private static string TheirName(string name)
    {
        string[] path = name.Split('.');
        if (path[0] != "_blocks")
            return name.Replace("_stem.0", "conv1", StringComparison.Ordinal)
                .Replace("_stem.1", "bn1", StringComparison.Ordinal).Replace("_head", "fc", StringComparison.Ordinal);
        int block = path[1][0] - '0';
        string part = $"{path[2]}.{path[3]}" switch
        {
            "_way.0" => "conv1",
            "_way.1" => "bn1",
            "_way.3" => "conv2",
            "_way.4" => "bn2",
            "_projection.0" => "downsample.0",
            _ => "downsample.1",
        };
        return $"layer{block / 3 + 1}.{block % 3}.{part}.{path[4]}";
    }
}
