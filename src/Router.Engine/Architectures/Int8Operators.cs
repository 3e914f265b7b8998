using System.IO.Compression;
using System.Text;

namespace Router.Engine.Architectures;

/// <summary>
/// oneDNN's convolutions of 8-bit integers. libtorch has them as operators and TorchSharp has none of them, so a
/// TorchScript module with a method for each is loaded, from memory. Activations are unsigned levels 0–255 times a
/// scale, weights signed levels times a scale for each output channel; sums are exact in 32 bits.
/// </summary>
internal sealed class Int8Operators : IDisposable
{
    // 0 and 6 are torch's numbers of uint8 and float32.
    private const string Code = """
        class Int8(Module):
          __parameters__ = []
          __buffers__ = []
          def pack(self: __torch__.Int8, w: Tensor, ws: Tensor, xs: float, stride: int, pad: int) -> Tensor:
            return ops.onednn.qconv_prepack(w, ws, xs, 0, [stride, stride], [pad, pad], [1, 1], 1, None)
          def relu(self: __torch__.Int8, x: Tensor, xs: float, w: Tensor, ws: Tensor, wz: Tensor, b: Tensor,
              stride: int, pad: int, ys: float) -> Tensor:
            return ops.onednn.qconv2d_pointwise(x, xs, 0, w, ws, wz, b, [stride, stride], [pad, pad], [1, 1], 1, ys, 0,
              0, "relu", annotate(List[Optional[number]], []), "")
          def sum(self: __torch__.Int8, x: Tensor, xs: float, w: Tensor, ws: Tensor, wz: Tensor, b: Tensor,
              stride: int, pad: int, ys: float, to: Tensor, ts: float) -> Tensor:
            return ops.onednn.qconv2d_pointwise(x, xs, 0, w, ws, wz, to, b, [stride, stride], [pad, pad], [1, 1], 1, ys,
              0, 0, ts, 0, "sum", 1.0, "relu", annotate(List[Optional[number]], []), "")
          def plain(self: __torch__.Int8, x: Tensor, xs: float, w: Tensor, ws: Tensor, wz: Tensor, b: Tensor,
              stride: int, pad: int) -> Tensor:
            return ops.onednn.qconv2d_pointwise(x, xs, 0, w, ws, wz, b, [stride, stride], [pad, pad], [1, 1], 1, 1.0, 0,
              6, "none", annotate(List[Optional[number]], []), "")

        """;

    private readonly torch.jit.ScriptModule _module = torch.jit.load(Archive(), torch.CPU);

    /// <summary>A kernel in the order that the processor multiplies it in.</summary>
    /// <param name="kernel">Signed levels [outputs, inputs, height, width].</param>
    /// <param name="scales">Of each output.</param>
    /// <param name="inputScale">Of the images.</param>
    /// <param name="stride">Of the convolution.</param>
    /// <param name="padding">Of the images.</param>
    public torch.Tensor Pack(torch.Tensor kernel, torch.Tensor scales, double inputScale, long stride, long padding) =>
        Call("pack", kernel, scales, inputScale, stride, padding);

    /// <summary>max(W ∗ x + b, 0), in levels of a scale.</summary>
    public torch.Tensor Relu(torch.Tensor x, Int8Convolution of, double outputScale) => Call(
        "relu", x, of.InputScale, of.Kernel, of.Scales, of.ZeroPoints, of.Bias, of.Stride, of.Padding, outputScale);

    /// <summary>max(W ∗ x + b + shortcut, 0), in levels of a scale, where the shortcut was.</summary>
    public torch.Tensor Sum(
        torch.Tensor x, Int8Convolution of, double outputScale, torch.Tensor shortcut, double shortcutScale) => Call(
            "sum", x, of.InputScale, of.Kernel, of.Scales, of.ZeroPoints, of.Bias, of.Stride, of.Padding, outputScale,
            shortcut, shortcutScale);

    /// <summary>W ∗ x + b, in float32.</summary>
    public torch.Tensor Plain(torch.Tensor x, Int8Convolution of) => Call(
        "plain", x, of.InputScale, of.Kernel, of.Scales, of.ZeroPoints, of.Bias, of.Stride, of.Padding);

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    private torch.Tensor Call(string name, params object[] arguments) => (torch.Tensor)_module.invoke(name, arguments);

    // What torch.jit.save writes of a module without tensors.
    private static byte[] Archive()
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, ReadOnlySpan<byte> content)
            {
                using Stream entry = zip.CreateEntry($"int8/{name}", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
            Add("data.pkl", [0x80, 0x02, .. "c__torch__\nInt8\n)"u8, 0x81, .. "}b."u8]);
            Add("code/__torch__.py", Encoding.UTF8.GetBytes(Code));
            Add("constants.pkl", [0x80, 0x02, .. ")."u8]);
            Add("version", "3\n"u8);
        }
        return bytes.ToArray();
    }
}
