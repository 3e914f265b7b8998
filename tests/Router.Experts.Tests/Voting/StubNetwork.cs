using System.Runtime.InteropServices;
using Router.Engine.Architectures;

namespace Router.Experts.Tests.Voting;

/// <summary>A network that is a function of one image's values, channels-first.</summary>
internal sealed class StubNetwork(int classes, Func<float[], float[]> logits) : INetwork
{
    public int ClassCount => classes;

    /// <summary>Forward passes so far.</summary>
    public int Passes { get; private set; }

    /// <summary>Called before every forward pass.</summary>
    public Action BeforePass { get; init; } = () => { };

    public torch.Tensor Forward(torch.Tensor images)
    {
        BeforePass();
        Passes++;
        int batch = (int)images.shape[0];
        torch.Tensor plain = images.contiguous();
        float[] values = MemoryMarshal.Cast<byte, float>(plain.bytes).ToArray();
        torch.Tensor output = torch.zeros([batch, classes], dtype: torch.ScalarType.Float32);
        values.Chunk(values.Length / batch).SelectMany(logits).ToArray()
            .CopyTo(MemoryMarshal.Cast<byte, float>(output.bytes));
        return output;
    }

    public void Dispose() { }
}
