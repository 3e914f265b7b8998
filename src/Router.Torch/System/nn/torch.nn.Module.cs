using Router.Torch.Modules;

namespace Router.Torch;

public static partial class torch
{
    public static partial class nn
    {
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        /// <summary>A network; here one that was loaded with <see cref="jit.load{TResult}(string, Device)"/>.</summary>
        public abstract class Module : IDisposable
        {
            private protected Module()
            {
            }

            ~Module() => Dispose(false);

            /// <summary>Whether it computes as in training (batch statistics, dropout).</summary>
            public abstract bool training { get; }

            public abstract void train(bool train = true);

            public abstract void eval();

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected abstract void Dispose(bool disposing);

            internal abstract void MoveTo(Device? device, ScalarType? type);
        }
    }
}

/// <summary>Moving modules, in place.</summary>
public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => Moved(module, null, type);

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module => Moved(module, torch.InitializeDevice(device), null);

    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module => module.to(new torch.Device(deviceType, deviceIndex));

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module => Moved(module, torch.InitializeDevice(device), type);

    private static T Moved<T>(T module, torch.Device? device, torch.ScalarType? type)
        where T : torch.nn.Module
    {
        module.MoveTo(device, type);
        return module;
    }
}
