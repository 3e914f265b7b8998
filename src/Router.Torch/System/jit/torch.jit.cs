using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    /// <summary>TorchScript: networks saved with their code.</summary>
    public static partial class jit
    {
        public static ScriptModule<TResult> load<TResult>(string filename, DeviceType device_type = DeviceType.CPU,
            long device_index = -1) =>
            new(Load(filename, new Device(device_type, (int)device_index)));
        public static ScriptModule<TResult> load<TResult>(string filename, Device map_location) => new(Load(filename, map_location));
        public static ScriptModule<TResult> load<TResult>(byte[] bytes, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(bytes, new Device(device_type, (int)device_index)));
        public static ScriptModule<TResult> load<TResult>(byte[] bytes, Device map_location) => new(Load(bytes, map_location));

        public static ScriptModule<T1, TResult> load<T1, TResult>(
            string filename, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(filename, new Device(device_type, (int)device_index)));
        public static ScriptModule<T1, TResult> load<T1, TResult>(string filename, Device map_location) =>
            new(Load(filename, map_location));
        public static ScriptModule<T1, TResult> load<T1, TResult>(
            byte[] bytes, DeviceType device_type = DeviceType.CPU, long device_index = -1) =>
            new(Load(bytes, new Device(device_type, (int)device_index)));
        public static ScriptModule<T1, TResult> load<T1, TResult>(byte[] bytes, Device map_location) => new(Load(bytes, map_location));

        private static nint Load(string filename, Device device)
        {
            if (!File.Exists(filename))
                throw new FileNotFoundException($"no TorchScript file {filename}", filename);
            InitializeDevice(device);
            return Native.Check(Native.dualrs_jit_load_file(filename, (int)device.type, device.index));
        }

        private static unsafe nint Load(byte[] bytes, Device device)
        {
            InitializeDevice(device);
            fixed (byte* first = bytes)
                return Native.Check(Native.dualrs_jit_load_bytes(first, bytes.LongLength, (int)device.type, device.index));
        }
    }
}
