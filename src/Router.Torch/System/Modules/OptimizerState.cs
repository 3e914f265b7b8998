namespace Router.Torch.Modules;

/// <summary>What an optimizer remembers of one parameter: how often it was changed, and tensors of its shape.</summary>
internal sealed class OptimizerState(int tensors) : IDisposable
{
    internal long Steps { get; set; }

    internal torch.Tensor?[] Tensors { get; } = new torch.Tensor?[tensors];

    /// <summary>Keeps a tensor, which leaves its dispose scope, in place of the one kept so far.</summary>
    internal torch.Tensor Keep(int slot, torch.Tensor tensor)
    {
        Tensors[slot]?.Dispose();
        return Tensors[slot] = tensor.DetachFromDisposeScope();
    }

    internal void Save(BinaryWriter writer)
    {
        writer.Write(Steps);
        foreach (torch.Tensor? tensor in Tensors)
        {
            writer.Write(tensor is not null);
            if (tensor is null)
                continue;
            using torch.Tensor local = tensor.to(torch.CPU).contiguous();
            writer.Write((sbyte)local.dtype);
            writer.Write(local.Dimensions);
            foreach (long size in local.shape)
                writer.Write(size);
            writer.Write(local.bytes);
        }
    }

    internal void Load(BinaryReader reader, Parameter parameter)
    {
        Steps = reader.ReadInt64();
        for (int slot = 0; slot < Tensors.Length; slot++)
        {
            if (!reader.ReadBoolean())
            {
                Tensors[slot]?.Dispose();
                Tensors[slot] = null;
                continue;
            }
            torch.ScalarType type = (torch.ScalarType)reader.ReadSByte();
            long[] shape = new long[reader.ReadInt64()];
            for (int i = 0; i < shape.Length; i++)
                shape[i] = reader.ReadInt64();
            if (!shape.SequenceEqual(parameter.shape))
                throw new InvalidDataException(
                    $"the state is of a parameter of shape [{string.Join(", ", shape)}], not [{string.Join(", ", parameter.shape)}]");
            torch.Tensor tensor = torch.empty(shape, type);
            reader.BaseStream.ReadExactly(tensor.bytes);
            Keep(slot, tensor.to(parameter.device, disposeAfter: true));
        }
    }

    public void Dispose()
    {
        foreach (torch.Tensor? tensor in Tensors)
            tensor?.Dispose();
        Array.Clear(Tensors);
    }
}
