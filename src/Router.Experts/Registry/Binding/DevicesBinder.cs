using System.Text.RegularExpressions;
using Router.Engine;
using Router.Experts.Registry.Yaml;
using YamlDotNet.RepresentationModel;

namespace Router.Experts.Registry.Binding;

/// <summary>
/// <c>devices:</c> <c>auto</c>, a list of devices, or a mapping with either under <c>use</c> and defaults for all.
/// </summary>
internal static partial class DevicesBinder
{
    public const string Accepted = "auto, a list such as [cuda:0, cpu], or { use, memory, dtype, batch }";
    private const string DeviceAccepted = "cpu, cuda:N, or { name, memory, dtype, batch }";
    private static readonly string[] ComputeTypes = ["float32", "bfloat16", "float16", "int8", "auto"];

    public static DevicesConfig Bind(Field? field)
    {
        if (field is null)
            return new DevicesConfig();
        if (field.Node is not YamlMappingNode)
            return new DevicesConfig { Location = field.Location, Allowed = Allowed(field) };
        YamlMap map = field.Map("devices")!;
        DevicesConfig devices = new()
        {
            Location = map.Location,
            Allowed = map.Optional("use", "auto, or a list such as [cuda:0, cpu]") is { } use ? Allowed(use) : [],
            Memory = Memory(map) ?? DevicesConfig.DefaultMemory,
            Dtype = Dtype(map) ?? ComputeType.Float32,
            Batch = Batch(map),
        };
        map.Close();
        return devices;
    }

    private static ValueArray<DeviceConfig> Allowed(Field field)
    {
        if (field.Is("auto"))
            return [];
        if (field.Items(DeviceAccepted) is not { } items)
            return [];
        if (items.Count == 0)
            field.Refuse("is an empty list");
        List<DeviceConfig> devices = [];
        foreach (Field item in items)
        {
            DeviceConfig device = Device(item);
            if (device.Name.Length > 0 && devices.Exists(other => other.Name == device.Name))
                (item with { Accepted = "each device once" }).Refuse($"repeats {device.Name}");
            devices.Add(device);
        }
        return devices.ToValueArray();
    }

    private static DeviceConfig Device(Field item)
    {
        if (item.Node is not YamlMappingNode)
            return new DeviceConfig { Location = item.Location, Name = Name(item) };
        YamlMap map = item.Map("devices")!;
        DeviceConfig device = new()
        {
            Location = map.Location,
            Name = Name(map.Required("name", "cpu or cuda:N")),
            Memory = Memory(map),
            Dtype = Dtype(map),
            Batch = Batch(map),
        };
        map.Close();
        return device;
    }

    private static string Name(Field? field)
    {
        if (field?.Text() is not { } name)
            return "";
        if (NameForm().IsMatch(name))
            return name;
        field.Refuse($"is '{name}'");
        return "";
    }

    private static MemoryLimit? Memory(YamlMap map) =>
        MemoryLimitBinder.Bind(map.Optional("memory", MemoryLimitBinder.Accepted));

    private static int? Batch(YamlMap map) =>
        map.Optional("batch", "a whole number of samples, 1 or more")?.Integer(count => count >= 1);

    private static ComputeType? Dtype(YamlMap map) =>
        map.Optional("dtype", "a number format")?.Choice(ComputeTypes) switch
    {
        "float32" => ComputeType.Float32,
        "bfloat16" => ComputeType.BFloat16,
        "float16" => ComputeType.Float16,
        "int8" => ComputeType.Int8,
        "auto" => ComputeType.Auto,
        _ => null,
    };

    [GeneratedRegex(@"^(cpu|cuda:(0|[1-9][0-9]{0,2}))\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameForm();
}
