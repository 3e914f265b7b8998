using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Router.Engine;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Votes.Bench;

/// <summary>The same loop, its network run by ONNX Runtime with all of its optimizations.</summary>
internal sealed unsafe class OnnxVotes : IVoting
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly Noise _noise;
    private readonly ResNetPlan _plan;

    public OnnxVotes(
        ResNetPlan plan, IReadOnlyDictionary<string, NamedTensor> weights, InputLayer.Standardize input, int batch,
        int threads)
    {
        (_plan, Batch, _noise) = (plan, batch, new(plan.Side));
        using SessionOptions options = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL, IntraOpNumThreads = threads,
        };
        // Between passes its threads would take the processor from whoever's turn is next.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        _session = new(OnnxFile.Of(plan, weights, input), options);
    }

    public int Batch { get; }

    public float[] Logits(IReadOnlyList<byte[]> levels)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposableReadOnlyCollection<OrtValue> answer = Forward(Noise.Pixels(levels, _plan.Side));
        return answer[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Vote(long count)
    {
        long[] votes = new long[_plan.Classes];
        for (long left = count; left > 0; left -= Batch)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposableReadOnlyCollection<OrtValue> answer = Forward(_noise.Draw(Math.Min(left, Batch)));
            ReadOnlySpan<float> logits = answer[0].GetTensorDataAsSpan<float>();
            for (; logits.Length > 0; logits = logits[_plan.Classes..])
            {
                ReadOnlySpan<float> row = logits[.._plan.Classes];
                votes[TensorPrimitives.IndexOfMax(row)]++;
            }
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
        _noise.Dispose();
    }

    private IDisposableReadOnlyCollection<OrtValue> Forward(Tensor pixels)
    {
        Span<byte> bytes = pixels.bytes;
        fixed (byte* at = bytes)
        {
            using OrtValue image = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, pixels.shape,
                (nint)at, bytes.Length);
            return _session.Run(_run, [OnnxFile.Input], [image], [OnnxFile.Output]);
        }
    }
}
