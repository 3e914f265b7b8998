namespace Votes.Bench;

/// <summary>A system that votes: noise on one image, a network, the largest logit, counts.</summary>
internal interface IVoting : IDisposable
{
    /// <summary>Images in a pass.</summary>
    int Batch { get; }

    /// <summary>The same logits that it votes by, of images without noise, row after row.</summary>
    /// <param name="levels">Images in levels, each [channels, height, width].</param>
    float[] Logits(IReadOnlyList<byte[]> levels);

    /// <summary>Votes that nobody reads.</summary>
    void Vote(long count);
}
