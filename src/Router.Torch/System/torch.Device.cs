using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    public static Device device(string description) => InitializeDevice(new Device(description));
    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    /// <summary>Throws where no device of the type is there.</summary>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (deviceType == DeviceType.CUDA && !cuda.is_available())
            throw new InvalidOperationException("Torch device type CUDA did not initialise on the current machine.");
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType != DeviceType.CUDA || cuda.is_available();

    /// <summary>The device, or the CPU where it is null. Throws where no device of its type is there.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    /// <summary>A place for tensors: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    public class Device
    {
        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(string description)
        {
            int colon = description.IndexOf(':', StringComparison.Ordinal);
            string name = colon < 0 ? description : description[..colon];
            if (!Enum.TryParse(name, ignoreCase: true, out DeviceType parsed))
                throw new ArgumentException($"no device '{description}': it is cpu, cuda or cuda:<index>", nameof(description));
            type = parsed;
            index = colon < 0 ? -1 : int.Parse(description.AsSpan(colon + 1));
        }

        public DeviceType type { get; }

        /// <summary>Which of several; -1 is the current one.</summary>
        public int index { get; }

        public override string ToString()
        {
            string name = type.ToString().ToLowerInvariant();
            return type == DeviceType.CPU || index < 0 ? name : $"{name}:{index}";
        }

        public static implicit operator Device(string description) => new(description);
    }

    /// <summary>NVIDIA devices.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static bool is_cudnn_available() => Native.dualrs_cudnn_available() != 0;

        public static int device_count() => Native.dualrs_cuda_device_count();

        public static void manual_seed(long seed) => Native.Check(Native.dualrs_cuda_manual_seed(seed, allDevices: 0));

        public static void manual_seed_all(long seed) => Native.Check(Native.dualrs_cuda_manual_seed(seed, allDevices: 1));

        /// <summary>Waits until the device has done what it was told.</summary>
        public static void synchronize(Device? device = null) => Native.Check(Native.dualrs_cuda_synchronize(device?.index ?? -1));
    }

    /// <summary>Settings of the libraries below libtorch.</summary>
    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get => Get(Native.Setting.MatmulTf32);
                    set => Set(Native.Setting.MatmulTf32, value);
                }
            }
        }

        public static class cudnn
        {
            public static bool allow_tf32
            {
                get => Get(Native.Setting.CudnnTf32);
                set => Set(Native.Setting.CudnnTf32, value);
            }
        }

        private static bool Get(Native.Setting setting) => Native.Check(Native.dualrs_setting_get(setting)) != 0;

        private static void Set(Native.Setting setting, bool value) => Native.Check(Native.dualrs_setting_set(setting, value ? 1 : 0));
    }
}
