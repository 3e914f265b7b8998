using Router.Training.Batches;
using Router.Training.Networks;

namespace Router.Training.Objectives;

/// <summary>What a network is trained for.</summary>
internal interface IObjective
{
    /// <summary>What it is, with its constants: a training is resumed only for the same.</summary>
    string Description { get; }

    /// <summary>
    /// Judges the network on a batch; a gradient is taken of the loss where <paramref name="training"/>.
    /// </summary>
    /// <param name="batch">Images without noise.</param>
    /// <param name="network">The network.</param>
    /// <param name="training">Whether it learns now, or is only measured.</param>
    Judgement Judge(Batch batch, TrainableResNet network, bool training);
}

/// <summary>How a network did on a batch.</summary>
/// <param name="Loss">A scalar: the mean over the batch.</param>
/// <param name="Right">A scalar: the share of right answers under noise.</param>
internal readonly record struct Judgement(torch.Tensor Loss, torch.Tensor Right)
{
    /// <summary>The share of logits whose largest is at the label. logits: [n, K]; labels: [n], Int64.</summary>
    public static torch.Tensor Share(torch.Tensor logits, torch.Tensor labels) =>
        logits.argmax(1).eq(labels).to(torch.ScalarType.Float32).mean();
}
