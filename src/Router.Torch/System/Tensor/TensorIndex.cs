namespace Router.Torch;

public static partial class torch
{
    /// <summary>One place of an index such as <c>x[1, TensorIndex.Slice(0, 3), TensorIndex.Ellipsis]</c>.</summary>
    public struct TensorIndex
    {
        public static readonly TensorIndex Ellipsis = new() { Kind = IndexKind.Ellipsis };

        /// <summary>A new dimension of size one.</summary>
        public static readonly TensorIndex None = new() { Kind = IndexKind.None };

        public static readonly TensorIndex Colon = Slice();

        internal IndexKind Kind { get; private init; }

        internal long? Start { get; private init; }

        internal long? Stop { get; private init; }

        internal long? Step { get; private init; }

        internal torch.Tensor? Selection { get; private init; }

        /// <summary>How many dimensions it speaks for; a mask for all of its own.</summary>
        internal int Covers => Kind switch
        {
            IndexKind.Tensor => Selection!.dtype == ScalarType.Bool ? (int)Selection.Dimensions : 1,
            IndexKind.Slice or IndexKind.Single => 1,
            _ => 0,
        };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Kind = IndexKind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Single(long? index) => new() { Kind = IndexKind.Single, Start = index };

        /// <summary>A mask or a tensor of positions.</summary>
        public static TensorIndex Tensor(torch.Tensor tensor) => new() { Kind = IndexKind.Tensor, Selection = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);
    }

    internal enum IndexKind
    {
        Slice,
        Single,
        Tensor,
        Ellipsis,
        None,
    }
}
