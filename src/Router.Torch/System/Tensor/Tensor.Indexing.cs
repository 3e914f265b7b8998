using System.Runtime.CompilerServices;
using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index([.. indices.Select(TensorIndex.Tensor)]);
            set => index_put_(value, [.. indices.Select(TensorIndex.Tensor)]);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, i1);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        /// <summary>What the index selects: a view of this tensor, a copy where the index holds tensors.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            Tensor view = View(indices, out Tensor?[]? selections);
            if (selections is null)
                return view;
            using (view)
                return aten.index.Call(view, Value.Optional(selections));
        }

        /// <summary>Writes the value where the index points.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using Tensor view = View(indices, out Tensor?[]? selections);
            if (selections is null)
                view.copy_(value);
            else
                aten.index_put_.InPlace(view, view, Value.Optional(selections), value);
            return this;
        }

        /// <summary>Applies what makes views; <paramref name="selections"/> is what is left, one tensor or null per dimension.</summary>
        private Tensor View(TensorIndex[] indices, out Tensor?[]? selections)
        {
            List<Tensor?> selected = [];
            Tensor view = alias();
            int dim = 0;
            for (int i = 0; i < indices.Length; i++)
            {
                TensorIndex at = indices[i];
                switch (at.Kind)
                {
                    case IndexKind.Single:
                        Narrow(ref view, view.select(dim, at.Start!.Value));
                        break;
                    case IndexKind.None:
                        Narrow(ref view, view.unsqueeze(dim++));
                        selected.Add(null);
                        break;
                    case IndexKind.Slice:
                        Narrow(ref view, aten.slice.Call(view, dim++, at.Start, at.Stop, at.Step ?? 1));
                        selected.Add(null);
                        break;
                    case IndexKind.Tensor:
                        selected.Add(at.Selection);
                        dim += at.Covers;
                        break;
                    default:
                        int behind = indices[(i + 1)..].Sum(index => index.Covers);
                        for (; dim < view.Dimensions - behind; dim++)
                            selected.Add(null);
                        break;
                }
            }
            selections = selected.Exists(selection => selection is not null) ? [.. selected] : null;
            return view;
        }

        private static void Narrow(ref Tensor view, Tensor narrower)
        {
            view.Dispose();
            view = narrower;
        }
    }
}
