using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch, held by one reference. It belongs to the dispose scope it was made in, if any; otherwise to its owner, with
    /// the finalizer as the last
    /// resort.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long totalCount;
        private static long peakCount;
        private nint handle;

        internal Tensor(nint handle)
            : this(handle, register: true)
        {
        }

        internal Tensor(nint handle, bool register)
        {
            this.handle = handle;
            if (handle == 0)
                return;
            long count = Interlocked.Increment(ref totalCount);
            if (count > peakCount)
                peakCount = count;
            if (register)
                OwningDisposeScope = DisposeScope.Register(this);
        }

        ~Tensor() => Release();

        /// <summary>Tensors of managed code that are alive.</summary>
        public static long TotalCount => Volatile.Read(ref totalCount);

        /// <summary>The most that were alive at once.</summary>
        public static long PeakCount => peakCount;

        /// <summary>The handle of libtorch's tensor. Throws where the tensor is disposed.</summary>
        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        public bool IsInvalid => handle == 0;

        internal DisposeScope? OwningDisposeScope { get; set; }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            OwningDisposeScope?.MarkAsDisposed(this);
            Release();
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null)
                other?.Attach(this);
            else
                OwningDisposeScope.MoveToOther(other, this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        /// <summary>Another reference to the same tensor, disposed on its own.</summary>
        public Tensor alias() => new(Native.dualrs_tensor_alias(Handle));

        /// <summary>Takes the reference over into a new owner; this object becomes invalid.</summary>
        internal nint TakeHandle()
        {
            nint taken = Handle;
            handle = 0;
            Interlocked.Decrement(ref totalCount);
            GC.SuppressFinalize(this);
            return taken;
        }

        private void Release()
        {
            nint held = Interlocked.Exchange(ref handle, 0);
            if (held == 0)
                return;
            Interlocked.Decrement(ref totalCount);
            Native.dualrs_tensor_release(held);
        }
    }
}
