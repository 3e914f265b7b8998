using System.Runtime.InteropServices;
using Router.Engine;
using Router.Experts.Checkpoints;

namespace Router.Experts.Tests.Cards;

/// <summary>Weights as a training leaves them that went wrong: one number of one tensor is another.</summary>
internal static class DivergedWeights
{
    public static void Write(string source, string target, string name, float value)
    {
        Checkpoint checkpoint = CheckpointFile.Read(source);
        NamedTensor sound = checkpoint.Tensors[name];
        byte[] bytes = sound.Bytes.ToArray();
        MemoryMarshal.Write(bytes, value);
        SafeTensors.Write(
            target, checkpoint.Tensors.Values.Select(tensor => tensor.Name == name
                ? new(name, sound.Type, sound.Shape, bytes) : tensor), checkpoint.Metadata);
    }
}
