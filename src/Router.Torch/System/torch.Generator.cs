using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    /// <summary>A source of pseudorandom numbers on one device.</summary>
    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device? device = null)
            : this(New(seed, device ?? CPU), device ?? CPU)
        {
        }

        private Generator(nint handle, Device device)
        {
            this.handle = handle;
            this.device = device;
        }

        ~Generator() => Dispose(false);

        /// <summary>The CPU's generator that is used where none is named.</summary>
        public static Generator Default => new(Native.Check(Native.dualrs_generator_default((int)DeviceType.CPU, -1)), CPU);

        public nint Handle
        {
            get
            {
                ObjectDisposedException.ThrowIf(handle == 0, this);
                return handle;
            }
        }

        public Device device { get; }

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.dualrs_generator_seed(Handle, seed));
            return this;
        }

        public long initial_seed() => Native.dualrs_generator_initial_seed(Handle);

        /// <summary>The state as a byte tensor that <see cref="set_state"/> takes back.</summary>
        public Tensor get_state() => new(Native.Check(Native.dualrs_generator_get_state(Handle)));

        public void set_state(Tensor value)
        {
            Native.Check(Native.dualrs_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(value);
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing) => Native.dualrs_generator_release(Interlocked.Exchange(ref handle, 0));

        private static nint New(ulong seed, Device device) =>
            Native.Check(Native.dualrs_generator_new((int)device.type, device.index, seed));
    }
}
