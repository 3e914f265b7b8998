using Router.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Training.Bench;

/// <summary>
/// The loop of any tutorial, eager, with what TorchSharp brings: all images on the device as floats, crop and flip of a
/// batch at once, consistency regularisation as in the paper's code, torch.optim.SGD.
/// </summary>
internal sealed class PlainLoop : IDisposable
{
    private readonly PlainResNet _network = new(classes: 10);
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _pixels, _labels, _mean, _sd;

    public PlainLoop(DataSet data, int count)
    {
        LabelledImage[] images = [.. Enumerable.Range(0, count).Select(data.Read)];
        _pixels = tensor([.. images.SelectMany(image => image.Image.Pixels.ToArray()).Select(level => level / 255f)])
            .view(count, 3, 32, 32);
        _labels = tensor([.. images.Select(image => (long)image.Label!)]);
        _mean = tensor([.4914f, .4822f, .4465f]).view(1, 3, 1, 1);
        _sd = tensor([.2023f, .1994f, .2010f]).view(1, 3, 1, 1);
        _optimizer = optim.SGD(_network.parameters(), learningRate: .01, momentum: .9, weight_decay: 1e-4);
        _network.train();
    }

    public void Train(int steps, int batch, double sigma)
    {
        using Tensor order = randperm(_labels.shape[0]);
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            long from = (long)step * batch % order.shape[0];
            Tensor rows = order.slice(0, from, from + batch, 1), labels = _labels.index_select(0, rows);
            Tensor images = CropAndFlip(_pixels.index_select(0, rows), step);
            Tensor noisy = images.repeat(2, 1, 1, 1);
            noisy = noisy + (randn_like(noisy) * sigma);
            Tensor logits = _network.forward((noisy - _mean) / _sd);
            Tensor log = logits.log_softmax(1);
            Tensor first = log.slice(0, 0, batch, 1), second = log.slice(0, batch, 2L * batch, 1);
            Tensor mean = (first.exp() + second.exp()) / 2, logMean = (mean + 1e-20).log();
            Tensor loss = nn.functional.cross_entropy(logits, labels.repeat(2))
                + (((mean * (logMean - ((first + second) / 2))).sum(1) * 5) - ((mean * logMean).sum(1) * .5)).mean();
            _optimizer.zero_grad();
            loss.backward();
            _optimizer.step();
            if (!float.IsFinite(loss.item<float>()))
                throw new InvalidOperationException("the loss is no number");
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
        foreach (Tensor tensor in (Tensor[])[_pixels, _labels, _mean, _sd]) tensor.Dispose();
    }

    // One crop and flip for the batch: less work than one for each image, which is in this loop's favour.
    private static Tensor CropAndFlip(Tensor images, int step)
    {
        int down = step % 9, right = step / 9 % 9;
        Tensor cut = nn.functional.pad(images, [4, 4, 4, 4])
            .slice(2, down, down + 32, 1).slice(3, right, right + 32, 1);
        return step % 2 == 0 ? cut : cut.flip(3);
    }
}
